import { expect } from "chai";
import { functionTable } from "../../scripts/reference/functions.ts";
import { celLanguage } from "../../src/expressions/language.ts";
import { valueIn } from "../expressions/value-of.ts";

describe("the reference of functions", () => {
  const functions = functionTable();
  const language = celLanguage(() => new Date(), 1_000_000);

  for (const { name, form, examples } of functions) {
    for (const [expression, value] of examples) {
      it(`gives a true example of ${name}: ${expression}`, () => {
        expect(valueIn(language, expression, null)).to.deep.equal(value);
      });
    }

    it(`gives an example of ${name}${form}`, () => expect(examples).to.not.be.empty);
  }
});
