import { expect } from "chai";
import { loadConfig } from "../../src/config/load.ts";
import { inFolder, load, partsWith, problemsOf } from "./parts.ts";

const including = (...patterns: string[]) => `upstream: { url: "http://h" }
include: ${JSON.stringify(patterns)}
workflows:
  first: { trigger: { type: pre-action, collection: a }, steps: [] }
`;
const workflows = (...keys: string[]) =>
  `workflows:\n${keys.map((key) => `  ${key}: { trigger: { type: pre-action, collection: a }, steps: [] }\n`).join("")}`;

const keysOf = async (pattern: string, files: Record<string, string>) =>
  (await load(including(pattern), {}, files)).workflows.map(({ key }) => key);

describe("included files", () => {
  it("add their workflows, in the order of their names", async () => {
    const files = { "w/b.yaml": workflows("bb"), "w/a.yaml": workflows("z", "y"), "w/c.yml": "?" };
    expect(await keysOf("w/*.yaml", files)).to.deep.equal(["first", "z", "y", "bb"]);
  });

  it("keep the order in which their workflows are written, also of keys of digits", async () => {
    const files = {
      "w/a.yaml": workflows("b-first", "200", "100"),
      "w/b.yaml": workflows("7", "x", "1"),
    };
    const order = ["first", "b-first", "200", "100", "7", "x", "1"];
    expect(await keysOf("w/*.yaml", files)).to.deep.equal(order);
  });

  it("may lie in any folder below", async () => {
    const files = { "w/a.yaml": workflows("a"), "w/x/y/b.yaml": workflows("b"), "c.yaml": "?" };
    expect(await keysOf("w/**/*.yaml", files)).to.deep.equal(["first", "a", "b"]);
    expect(await keysOf("w/*/y/b.yaml", files)).to.deep.equal(["first", "b"]);
  });

  it("may be named one by one, and count once", async () => {
    const text = including("./w/a.yaml", "w/a.yaml", "gateway.yaml");
    const config = await load(text, {}, { "w/a.yaml": workflows("a") });
    expect(config.workflows.map(({ key }) => key)).to.deep.equal(["first", "a"]);
  });

  it("may be named by their whole path", () =>
    inFolder({ "a.yaml": workflows("a") }, async (path) => {
      expect(await keysOf(path, {})).to.deep.equal(["first", "a"]);
      expect(await keysOf(path.replace(/a\.yaml$/, "*.yaml"), {})).to.deep.equal(["first", "a"]);
    }));

  it("may hold nothing, and a pattern may match none", async () => {
    expect(await keysOf("w/*", { "w/a.yaml": "# later\n" })).to.deep.equal(["first"]);
    expect(await keysOf("nowhere/*.yaml", {})).to.deep.equal(["first"]);
  });

  it("must be there when they are named without a star", async () => {
    expect(await problemsOf(including("w/a.yaml"))).to.deep.equal([
      "gateway.yaml:2:11: include.0: there is no file w/a.yaml",
    ]);
  });

  it("hold workflows and nothing else", async () => {
    const files = { "w/a.yaml": `listen: {}\n${workflows("a")}` };
    expect(await problemsOf(including("w/*"), {}, files)).to.deep.equal([
      'w/a.yaml:1:1: unknown key "listen"; known are workflows',
    ]);
  });

  it("are checked as the first file is, and all problems are reported at once, in order", async () => {
    const files = {
      "w/b.yaml": "a: [",
      "w/a.yaml": workflows("first", "ok").replace("steps", "stps"),
    };
    const problems = await problemsOf(`${including("w/*")}log: { level: x }\n`, {}, files);
    expect(problems.map((problem) => problem.split(": ", 1)[0])).to.deep.equal([
      "gateway.yaml:5:15",
      "w/a.yaml:2:3",
      "w/b.yaml:1:5",
    ]);
  });

  it("may not have a key that another file has; the problem names both places", async () => {
    const [problem] = await problemsOf(including("w.yaml"), {}, { "w.yaml": workflows("first") });
    expect(problem).to.equal(
      'w.yaml:2:3: workflows: workflow "first" is already defined at gateway.yaml:4:3',
    );
  });

  it("are named in problems as the first file was: relative to the current folder", async () => {
    const file = "test/config/nowhere/gateway.yaml";
    const failure = await loadConfig(file, partsWith({})).catch((error: unknown) => error);
    expect((failure as Error).message).to.match(/^test\/config\/nowhere\/gateway\.yaml:1:1: /);
  });
});
