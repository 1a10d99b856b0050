import { readFileSync } from "node:fs";
import { expect } from "chai";
import { stepReference } from "../../scripts/step-reference.ts";
import { stepTypes } from "../../src/steps/index.ts";

describe("the reference of step types", () => {
  const reference = stepReference([...stepTypes.values()]);

  it("says what their schemas say (if it does not, run `npm run reference`)", () => {
    const page = readFileSync(new URL("../../docs/steps.md", import.meta.url), "utf8");
    expect(page).to.equal(reference);
  });

  it("tells what each key of each step means", () => {
    const empty = reference.split("\n").filter((line) => /^\| `\w+` \|\s*\|/.test(line));
    expect(empty).to.deep.equal([]);
  });
});
