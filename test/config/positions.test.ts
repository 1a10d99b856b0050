import { expect } from "chai";
import * as fc from "fast-check";
import { isScalar, parseDocument } from "yaml";
import { offsetInFile } from "../../src/config/yaml/scalar-offset.ts";
import { problemsOf, workflowOf } from "./parts.ts";

describe("a problem inside an expression is reported where it stands in the file", () => {
  const cases: [title: string, steps: string][] = [
    ["in a plain text", "      - { type: check, if: wrong }"],
    ["behind the expression's beginning", "      - { type: check, if: true wrong }"],
    ["in single quotes", "      - { type: check, if: 'true  wrong' }"],
    ["behind a doubled quote", "      - { type: say, message: 'it''s ${{ wrong }}' }"],
    ["in double quotes", '      - { type: say, message: "${{ wrong }}" }'],
    ["behind escapes", '      - { type: say, message: "\\"\\u00e9\\n${{ wrong }}" }'],
    ["behind an escaped emoji", '      - { type: say, message: "\\U0001F600${{ wrong }}" }'],
    ["on a plain text's next line", "      - type: check\n        if: true\n          wrong"],
    [
      "in a literal block",
      "      - type: check\n        if: |\n          true\n\n            wrong\n",
    ],
    [
      "in a literal block with a comment behind its header",
      "      - type: check\n        if: |2- # why\n            true\n            wrong",
    ],
    [
      "in a folded block",
      "      - type: check\n        if: >-\n          true\n          true\n\n          wrong\n",
    ],
    [
      "in a folded block's deeper lines",
      "      - type: check\n        if: >\n          true\n            true\n            wrong\n",
    ],
    [
      "behind a line that goes on in double quotes",
      '      - type: say\n        message: "a\\\n          b\n          ${{ wrong }}"',
    ],
  ];
  for (const [title, steps] of cases) {
    it(title, async () => {
      const text = workflowOf(`${steps}\n`);
      const before = text.slice(0, text.indexOf("wrong")).split("\n");
      const place = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
      const problems = await problemsOf(text);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(new RegExp(`^gateway.yaml:${place}: .*no wrong$`));
    });
  }

  it("with line ends of Windows", async () => {
    const text = workflowOf(
      "      - type: check\n        if: >-\n          true\n          wrong\n",
    );
    const [problem] = await problemsOf(text.replaceAll("\n", "\r\n"));
    expect(problem).to.match(/^gateway.yaml:10:11: /);
  });

  it("whatever the text, in every style of YAML", () => {
    const words = fc.array(fc.constantFrom("ab", "c", "d'e", 'f"g', "é", "\\h", "😀"), {
      minLength: 2,
    });
    const blank = fc.constantFrom(" ", "\n", "\n\n", "  ");
    const style = fc.constantFrom("QUOTE_SINGLE", "QUOTE_DOUBLE", "BLOCK_LITERAL", "BLOCK_FOLDED");
    fc.assert(
      fc.property(words, blank, style, (parts, between, type) => {
        const value = `${parts.join(between)}${between}@`;
        const document = parseDocument("a:\n  b: x\n");
        const scalar = document.getIn(["a", "b"], true);
        if (!isScalar(scalar)) throw new Error("no scalar");
        scalar.value = value;
        scalar.type = type;
        const text = document.toString({ lineWidth: 20 });
        const read = parseDocument(text).getIn(["a", "b"], true);
        if (!isScalar(read)) throw new Error("no scalar");
        const offset = String(read.value).indexOf("@");
        expect(offsetInFile(text, read, offset), text).to.equal(text.indexOf("@"));
      }),
    );
  });
});
