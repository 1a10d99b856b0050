import { readFileSync } from "node:fs";
import { expect } from "chai";
import { functionReference, functionTable } from "../../scripts/function-reference.ts";
import { celLanguage } from "../../src/expressions/language.ts";
import { valueIn } from "../expressions/value-of.ts";

describe("the reference of functions", () => {
  const functions = functionTable();
  const language = celLanguage(() => new Date(), 1_000_000);

  it("says what their declarations say (if it does not, run `npm run reference`)", () => {
    const page = readFileSync(new URL("../../docs/functions.md", import.meta.url), "utf8");
    expect(page).to.equal(functionReference(functions));
  });

  for (const { name, form, examples } of functions) {
    for (const [expression, value] of examples) {
      it(`gives a true example of ${name}: ${expression}`, () => {
        expect(valueIn(language, expression, null)).to.deep.equal(value);
      });
    }

    it(`gives an example of ${name}${form}`, () => expect(examples).to.not.be.empty);
  }
});
