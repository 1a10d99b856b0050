import { expect } from "chai";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { readConfig } from "../../src/configuration.ts";
import { startGateway } from "../../src/gateway.ts";
import { readCurl, send } from "../sample/curl.ts";
import { folderWith, sidehook } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { startJsonServer } from "../support/json-server.ts";
import { blocksOf, pages } from "./markdown.ts";

/** A command of a page, and what it says that the command answers. */
interface Said {
  readonly command: string;
  readonly answer: string;
}

/** What the backend of each page holds. */
const DATA = { posts: [{ id: 1, title: "Hello" }], notes: [] };

describe("The guide does what it says:", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  for (const page of pages.filter((one) => /^docs\/guide\/(?!README)/.test(one))) {
    it(page, () => follow(page));
  }
});

/** Starts the gateway of a page in front of a backend, and does its commands in their order. */
async function follow(page: string): Promise<void> {
  const blocks = blocksOf(page);
  const [configuration = "", tests = ""] = blocks
    .filter(({ language }) => language === "yaml")
    .map(({ text }) => text);
  const upstream = await startJsonServer(DATA);
  const folder = await folderWith({ "gateway.yaml": configuration, "gateway.test.yaml": tests });
  const served = join(folder.path, "served.yaml");
  await writeFile(served, onFreePorts(configuration));
  const environment = { UPSTREAM_URL: upstream.url };
  const gateway = await startGateway(await readConfig(served, environment), environment);
  const placed = (command: string) =>
    command
      .replace("http://127.0.0.1:8080", gateway.url)
      .replace("http://127.0.0.1:8081", gateway.adminUrl)
      .replace("http://127.0.0.1:3000", upstream.url);
  try {
    const commands = blocks.filter(({ language }) => language === "console").flatMap(saidIn);
    expect(commands).to.not.deep.equal([]);
    for (const { command, answer } of commands) {
      if (command.startsWith("curl ")) await expectAnswer(placed(command), answer);
      else await expectOutput(command, answer, folder.path);
    }
  } finally {
    await gateway.stop();
    await upstream.stop();
    await folder.remove();
  }
}

function onFreePorts(configuration: string): string {
  const { upstream, admin, ...rest } = parse(configuration) as Record<string, object>;
  return stringify({
    ...rest,
    upstream: { ...upstream, url: "${UPSTREAM_URL}" },
    listen: { port: 0 },
    admin: { ...admin, port: 0 },
    log: { level: "error" },
  });
}

/** The commands behind `$ `, each with the lines below it. */
const saidIn = ({ text }: { text: string }): Said[] =>
  text
    .split(/^\$ /m)
    .slice(1)
    .map((said) => {
      const [command = "", ...answer] = said.trimEnd().split("\n");
      return { command, answer: answer.join("\n") };
    });

/** What is read may be written by a queued run: it is asked for until it is there. */
async function expectAnswer(command: string, answer: string): Promise<void> {
  const request = readCurl(command);
  const ask = async () => {
    const { body } = await send(request);
    expect(valueOf(body), command).to.deep.equal(valueOf(answer));
  };
  await (request.method === "GET" ? eventually(ask) : ask());
}

/** JSON that is written in another form is the same. */
const valueOf = (text: string): unknown => (/^[[{]/.test(text) ? JSON.parse(text) : text);

async function expectOutput(command: string, answer: string, cwd: string): Promise<void> {
  const { code, stdout, stderr } = await sidehook(command.split(" ").slice(1), { cwd });
  expect([code, stderr], command).to.deep.equal([0, ""]);
  expect(stdout).to.include(answer);
}
