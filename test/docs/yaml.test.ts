import { expect } from "chai";
import { parseDocument, stringify } from "yaml";
import { readConfig } from "../../src/configuration.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { loadTests } from "../../src/config/load-tests.ts";
import { folderWith, sidehook } from "../support/command.ts";
import { configurationsWith } from "./fragments.ts";
import { type Block, blocksOf, pages, textOf } from "./markdown.ts";

describe("The YAML of the pages can be used as it stands:", function () {
  this.timeout(60_000); // processes start slowly on a busy machine

  for (const block of pages.flatMap(blocksOf).filter(({ language }) => language === "yaml")) {
    it(block.place, async () => expect(await problemsOf(block)).to.equal(""));
  }
});

/**
 * What is wrong with a piece of YAML. YAML of other programs says whose it is behind the language, as in `yaml prometheus`, and
 * is not looked at.
 */
async function problemsOf({ text }: Block): Promise<string> {
  const document = parseDocument(text);
  if (document.errors.length > 0) return document.errors.map(({ message }) => message).join("\n");
  const shown: unknown = document.toJS();
  if (isTests(shown))
    return told({ "a.test.yaml": text }, (path) => loadTests(`${path}/a.test.yaml`));
  const whole = configurationsWith(shown).map((one) => stringify(one));
  if (whole.length === 0) return "is nothing of a configuration; whose is it? ```yaml prometheus";
  const problems: string[] = [];
  for (const configuration of whole) {
    const files = { ...FILES, "gateway.yaml": configuration };
    const wrong = await told(files, (path) => checked(path, configuration));
    if (wrong === "") return "";
    problems.push(wrong);
  }
  return problems.join("\nor\n");
}

/** Plugins are loaded by the program itself: a test has a second copy of what they import. */
async function checked(path: string, configuration: string): Promise<void> {
  const env = environmentOf(configuration);
  if (!/^plugins:/m.test(configuration))
    return void (await readConfig(`${path}/gateway.yaml`, env));
  const { code, stdout, stderr } = await sidehook(["check"], { cwd: path, env });
  expect([code, stderr], stdout).to.deep.equal([0, ""]);
}

const isTests = (shown: unknown): boolean =>
  typeof shown === "object" && shown !== null && "tests" in shown;

async function told(
  files: Readonly<Record<string, string>>,
  read: (path: string) => Promise<unknown>,
): Promise<string> {
  const folder = await folderWith(files);
  try {
    await read(folder.path);
    return "";
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  } finally {
    await folder.remove();
  }
}

/** A value for each variable that a configuration asks for: an address, a database or a secret, by its name. */
const environmentOf = (configuration: string): Record<string, string> =>
  Object.fromEntries(
    [...configuration.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = ""]) => [name, valueOf(name)]),
  );

function valueOf(name: string): string {
  if (/DATABASE/.test(name)) return "postgres://sidehook@127.0.0.1:5432/shop";
  return /UR[LI]$/.test(name) ? "http://127.0.0.1:3000" : "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0";
}

/** The example of a plugin. */
const plugin = (type: string) =>
  textOf("examples/plugin/steps/slack.js").replace('type: "slack"', `type: "${type}"`);

/** The files that examples name. */
const FILES = {
  "package.json": '{ "type": "module" }',
  "openapi.yaml": "openapi: 3.1.0\ninfo: { title: Posts, version: '1' }\npaths: {}\n",
  "otel.js": "export default () => {};\n",
  "steps/slack.js": plugin("slack"),
  "node_modules/@acme/sidehook-steps/package.json": '{ "type": "module", "exports": "./index.js" }',
  "node_modules/@acme/sidehook-steps/index.js": plugin("acme"),
};
