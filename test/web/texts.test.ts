import { expect } from "chai";
import { asyncProperty, bigInt, jsonValue } from "fast-check";
import { parse } from "yaml";
import { jsonText, parseJson, type Json } from "../../src/model/json.ts";
import { duration } from "../../web/text/times.ts";
import { diffLines } from "../../web/text/diff-lines.ts";
import { prettyJson } from "../../web/text/pretty-json.ts";
import { yamlLines } from "../../web/text/yaml-lines.ts";
import { itHolds } from "../support/property.ts";

describe("the operator's page writes", () => {
  itHolds(
    "a definition as YAML that means the same",
    asyncProperty(jsonValue({ maxDepth: 5 }), async (value) => {
      // YAML and JSON differ in -0 and in __proto__, which no definition has.
      const text = JSON.stringify(value).replaceAll("__proto__", "proto");
      const lines = yamlLines(JSON.parse(text) as Json);
      const read: unknown = parse(lines.map((line) => line.text).join("\n"), { version: "1.2" });
      expect(JSON.stringify(read)).to.equal(JSON.stringify(JSON.parse(text)));
    }),
    { runs: 500 },
  );

  it("each line of YAML with the place that begins there", () => {
    const source = { trigger: { type: "subflow" }, steps: [{ type: "end", status: "failed" }] };
    expect(yamlLines(source).map(({ text, path }) => [text, path])).to.deep.equal([
      ["trigger:", "trigger"],
      ["  type: subflow", "trigger/type"],
      ["steps:", "steps"],
      ["  - type: end", "steps/0"],
      ["    status: failed", "steps/0/status"],
    ]);
  });

  itHolds(
    "JSON with a line for each member that means the same, each digit of a large integer included",
    asyncProperty(jsonValue(), bigInt(), async (value, integer) => {
      const text = `[${JSON.stringify(value)},${integer}]`;
      expect(jsonText(parseJson(prettyJson(parseJson(text))))).to.equal(jsonText(parseJson(text)));
    }),
    { runs: 500 },
  );

  it("two texts as one, with what went and what came", () => {
    const lines = diffLines("a\nb\nc", "a\nB\nc\nd").map(({ mark, text }) => mark + text);
    expect(lines).to.deep.equal([" a", "-b", "+B", " c", "+d"]);
  });

  it("durations in the unit that fits", () => {
    const all = [0, 0.42, 12.4, 1_240, 65_000, 7_800_000, 273_600_000];
    expect(all.map(duration)).to.deep.equal([
      "0 ms",
      "0.4 ms",
      "12 ms",
      "1.2 s",
      "1 min 5 s",
      "2 h 10 min",
      "3 d 4 h",
    ]);
  });
});
