import { expect } from "chai";
import { problemsOf } from "./parts.ts";

const UPSTREAM = 'upstream: { url: "http://127.0.0.1:3000" }\n';

const aliased = (aliases: number) =>
  `${UPSTREAM}redact:\n  - &a iban\n${"  - *a\n".repeat(aliases)}`;

describe("a configuration file is refused, with the place, when", () => {
  const cases: [title: string, text: string | Buffer, ...problems: RegExp[]][] = [
    ["it is empty", "", /^gateway.yaml:1:1: upstream is missing/],
    ["it holds only a comment", "# nothing\n", /^gateway.yaml:1:1: upstream is missing/],
    ["it is a list", "- a\n", /^gateway.yaml:1:1: the file should be a mapping/],
    ["it is a text", "\n  hello\n", /^gateway.yaml:2:3: the file should be a mapping/],
    ["its YAML is broken", `${UPSTREAM}log: { level: info\n`, /^gateway.yaml:3:1: /],
    [
      "a value with a colon is not in quotes, which is told once",
      `${UPSTREAM}a:\n  - b: \${{ x ? "y" : "z" }}\n  - c: 1\n    d: 2\n`,
      /^gateway.yaml:3:8: .*put a value that holds ": " in quotes/,
    ],
    ["a tab indents", `${UPSTREAM}a:\n\tb: 1\n`, /^gateway.yaml:3:1: .*indent with spaces$/],
    [
      "a line is indented less than its neighbours",
      `${UPSTREAM}a:\n  b: 1\n c: 2\n`,
      /^gateway.yaml:4:\d+: .*; its lines have to begin at the same column$/,
    ],
    [
      "a key stands twice",
      `${UPSTREAM}log: {}\nlog: {}\n`,
      /^gateway.yaml:3:1: "log" is already defined at .*gateway.yaml:2:1$/,
    ],
    [
      "a key stands twice, once in quotes",
      `${UPSTREAM}collections: { 1: {}, "1": {} }\n`,
      /^gateway.yaml:2:23: "1" is already defined at .*gateway.yaml:2:16$/,
    ],
    [
      "a key is __proto__, at any depth",
      `${UPSTREAM}workflows: { w: { steps: [{ type: log, "__proto__": 1 }] } }\n`,
      /^gateway.yaml:2:\d+: "__proto__" can't be a key$/,
    ],
    [
      "a number has no end",
      `${UPSTREAM}a: [1, .inf]\n`,
      /^gateway.yaml:2:8: JSON has no such number/,
    ],
    ["a number is none", `${UPSTREAM}a: .nan\n`, /^gateway.yaml:2:4: JSON has no such number/],
    ["a number is beyond a double", `${UPSTREAM}a: 1e400\n`, /^gateway.yaml:2:4: JSON has no such/],
    ["a key is no text", `${UPSTREAM}? [a, b]\n: c\n`, /^gateway.yaml:2:3: /],
    ["there is a second document", `${UPSTREAM}---\nlog: {}\n`, /^gateway.yaml:2:1: a second/],
    ["a tag is unknown", `${UPSTREAM}redact: !js [a]\n`, /^gateway.yaml:2:9: .*!js/],
    ["a tag makes bytes", `${UPSTREAM}redact: [!!binary aGk=]\n`, /^gateway.yaml:2:10: .*binary/],
    ["an alias leads nowhere", `${UPSTREAM}redact: *a\n`, /^gateway.yaml:2:9: .*&a/],
    ["an alias stands in itself", `${UPSTREAM}redact: &a [*a]\n`, /^gateway.yaml:2:13: aliases/],
    ["it is not UTF-8", Buffer.from([0x61, 0x3a, 0xff]), /^gateway.yaml:1:1: .*UTF-8/],
    ["it is larger than 1 MB", `#${" ".repeat(1_000_000)}`, /^gateway.yaml:1:1: .*1 MB/],
    ["it is nested without end", "[".repeat(100_000), /^gateway.yaml:1:\d+: .*nested too deeply/],
  ];
  for (const [title, text, ...expected] of cases) {
    it(title, async () => {
      const problems = await problemsOf(text);
      expect(problems, problems.join("\n")).to.have.length(expected.length);
      for (const [index, pattern] of expected.entries()) expect(problems[index]).to.match(pattern);
    });
  }

  it("aliases are expanded more than 100 times", async () => {
    expect(await problemsOf(aliased(100))).to.deep.equal([]);
    const [problem] = await problemsOf(aliased(101));
    expect(problem).to.match(/^gateway.yaml:104:5: aliases are expanded more than 100 times/);
  });

  it("a few aliases stand for very many (billion laughs)", async () => {
    const levels = Array.from(
      { length: 30 },
      (_, level) => `  l${level + 1}: &l${level + 1} [*l${level}, *l${level}]\n`,
    );
    const text = `${UPSTREAM}mail:\n  l0: &l0 [ha]\n${levels.join("")}`;
    const [problem] = await problemsOf(text);
    expect(problem).to.match(/aliases are expanded more than 100 times/);
  });

  it("it is not there, or is a folder", async () => {
    const { loadConfig } = await import("../../src/config/load.ts");
    const { partsWith } = await import("./parts.ts");
    for (const file of ["nowhere.yaml", "test"]) {
      const failure = await loadConfig(file, partsWith({})).catch((error: unknown) => error);
      expect((failure as Error).message).to.match(new RegExp(`^${file}:1:1: can't read the file`));
    }
  });

  it("it holds a section of another form, though that is nested deeply", async () => {
    const [problem] = await problemsOf(`${UPSTREAM}mail: ${"[".repeat(500)}${"]".repeat(500)}`);
    expect(problem).to.match(/^gateway.yaml:2:7: mail: should be a mapping/);
  });
});
