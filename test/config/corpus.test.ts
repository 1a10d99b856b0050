import { expect } from "chai";
import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { ConfigError } from "../../src/config/config-error.ts";
import type { Problem } from "../../src/model/position.ts";
import { readConfig } from "../../src/configuration.ts";

/** A line below the one that it is about: `#   ^ warning: is never taken`. Its caret stands below the place. */
const MARK = /^\s*#(\s*)\^ (.*)$/;

const CORPUS = [
  "dead-steps",
  "idle-workflows",
  "mistakes",
  "resume-urls",
  "secret-headers",
  "typed-values",
  "unread-values",
];

const folder = fileURLToPath(new URL("corpus/", import.meta.url));

describe("sidehook check finds what a reviewer would, at its exact place:", () => {
  for (const name of CORPUS) {
    it(name, async () => {
      const file = `${folder}${name}.yaml`;
      const expected = marks(await readFile(file, "utf8"));
      expect(expected).to.not.deep.equal([]);
      expect(await findings(file)).to.deep.equal(expected);
    });
  }

  it("and all of these files are looked at", async () => {
    const files = (await readdir(folder)).filter((name) => !name.endsWith(".openapi.yaml"));
    expect(files.toSorted()).to.deep.equal(CORPUS.map((name) => `${name}.yaml`));
  });
});

function say(level: string, all: readonly Problem[]): string[] {
  return all.map(({ line, col, message }) => {
    const own = message.replace(/^[\w.$-]+: /, "").replace(folder, "");
    return `${line}:${col} ${level}: ${own}`;
  });
}

/** `12:7 warning: …`, by the marks below the lines. */
function marks(text: string): string[] {
  const found: string[] = [];
  let marked = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const message = MARK.exec(line)?.[2];
    if (message === undefined) marked = index + 1;
    else found.push(`${marked}:${line.indexOf("^") + 1} ${message}`);
  }
  return found;
}

async function findings(file: string): Promise<string[]> {
  try {
    return say("warning", (await readConfig(file, {})).warnings);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return say("error", error.problems);
  }
}
