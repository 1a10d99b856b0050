import { join } from "node:path";
import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { firstFile } from "../../src/init/first-file.ts";
import { stepTypes } from "../../src/steps/index.ts";
import { project } from "../support/command.ts";
import {
  type LanguageServer,
  type TextPlace,
  startLanguageServer,
} from "../support/language-server.ts";

/** Where the files lie that are opened here, beside the schema. Nothing is written. */
const besideSchema = (name: string) => join(project, name);

/** What is found where nothing is asked. */
const FOUND = {
  name: "an API",
  api: "rest",
  url: "http://127.0.0.1:3000",
  prefix: null,
  collections: [],
  because: "plain REST",
  identity: null,
} as const;

/** Mistakes, at the mark. */
const WRONG: readonly [what: string, steps: string, message: RegExp][] = [
  [
    "an unknown step type",
    "      - type: ‖qery\n",
    /Value is not accepted\. Valid values: .*"query"/,
  ],
  [
    "an unknown key of a step",
    "      - type: query\n        collection: posts\n        ‖colection: posts\n",
    /Property colection is not allowed/,
  ],
  [
    "a value of another type",
    "      - type: log\n        message: a\n        retry: { attempts: ‖no }\n",
    /Incorrect type\. Expected "integer"/,
  ],
  ["a key that is missing", "      - ‖type: query\n", /Missing property "collection"/],
];

/** The file before its steps. */
const OPENED = `# yaml-language-server: $schema=./gateway.schema.json
upstream: { url: "http://127.0.0.1:3000" }
workflows:
  guard:
    trigger: { type: pre-action, collection: posts }
    steps:
`;

describe("gateway.yaml in an editor with the YAML language server", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  let server: LanguageServer;
  let opened = 0;
  before(async () => (server = await startLanguageServer()));
  after(() => server.stop());

  /** Opens a file with these steps. @returns it, the problems in it, and the place of the mark `‖` */
  async function withSteps(steps: string) {
    const [before = "", rest = ""] = `${OPENED}${steps}`.split("‖");
    const path = besideSchema(`opened-${++opened}.yaml`);
    const problems = await server.open(path, before + rest);
    const lines = before.split("\n");
    const place: TextPlace = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    return { path, problems, place };
  }

  it("shows no problem in the sample, whose first line names the schema", async () => {
    const sample = besideSchema("gateway.yaml");
    const text = await readFile(sample, "utf8");
    expect(text).to.match(/^# yaml-language-server: \$schema=\.\/gateway\.schema\.json\n/);
    expect(await server.open(sample, text)).to.deep.equal([]);
  });

  it("shows no problem in what `sidehook init` writes", async () => {
    const text = firstFile(FOUND);
    expect(text).to.match(/^# yaml-language-server: \$schema=\.\/gateway\.schema\.json\n/);
    expect(await server.open(besideSchema("first.yaml"), text)).to.deep.equal([]);
  });

  it("offers every step type", async () => {
    const { path, place } = await withSteps("      - type: ‖\n");
    expect(await server.completion(path, place)).to.have.members([...stepTypes.keys()]);
  });

  it("offers the keys of the step whose type is written, and none of another's", async () => {
    const { path, place } = await withSteps("      - type: query\n        ‖\n");
    const offered = await server.completion(path, place);
    expect(offered).to.include.members(["id", "if", "collection", "key", "filter", "failOnEmpty"]);
    expect(offered).not.to.include.oneOf(["then", "url", "values"]);
  });

  it("tells what a step type does, and what a key of it means", async () => {
    const type = await withSteps("      - type: que‖ry\n        collection: posts\n");
    expect(await server.hover(type.path, type.place)).to.include(
      "Reads records from the upstream itself",
    );
    const key = await withSteps("      - type: query\n        coll‖ection: posts\n");
    expect(await server.hover(key.path, key.place)).to.include("The collection.");
  });

  it("tells what a section is for", async () => {
    const { path } = await withSteps("      - ‖type: log\n        message: a\n");
    expect(await server.hover(path, { line: 1, character: 3 })).to.include(
      "The API that the gateway stands in front of.",
    );
  });

  for (const [what, steps, message] of WRONG) {
    it(`shows ${what} at its place`, async () => {
      const { problems, place } = await withSteps(steps);
      expect(problems.map(({ range }) => range.start)).to.deep.equal([place]);
      expect(problems[0]?.message).to.match(message);
    });
  }

  describe("and a file of tests", () => {
    const FIRST = "# yaml-language-server: $schema=./gateway.test.schema.json\n";

    it("shows no problem in the sample's, whose first line names the schema of tests", async () => {
      const sample = besideSchema("gateway.test.yaml");
      const text = await readFile(sample, "utf8");
      expect(text.startsWith(FIRST)).to.equal(true);
      expect(await server.open(sample, text)).to.deep.equal([]);
    });

    /** What is offered at the end of a test. */
    async function offeredAfter(name: string, text: string): Promise<readonly string[]> {
      const path = besideSchema(name);
      await server.open(path, `${FIRST}tests:\n${text}`);
      const lines = text.split("\n");
      const character = lines.at(-1)?.length ?? 0;
      return server.completion(path, { line: lines.length + 1, character });
    }

    it("offers the keys of a test", async () => {
      const offered = await offeredAfter("keys.test.yaml", "  - name: a\n    ");
      expect(offered).to.include.members(["request", "run", "steps", "upstream", "time", "expect"]);
    });

    it("offers the keys of what a test expects", async () => {
      const offered = await offeredAfter("expect.test.yaml", "  - name: a\n    expect:\n      ");
      expect(offered).to.include.members(["status", "body", "forwarded", "runs", "steps"]);
    });

    it("shows a key that no test has", async () => {
      const path = besideSchema("wrong.test.yaml");
      const text = `${FIRST}tests:\n  - name: a\n    request: { path: /posts }\n    expect: {}\n    expct: {}\n`;
      const [problem] = await server.open(path, text);
      expect(problem?.message).to.match(/Property expct is not allowed/);
      expect(problem?.range.start).to.deep.equal({ line: 5, character: 4 });
    });
  });
});
