import { readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import { expect } from "chai";
import { pageUrl, referencePages } from "../../scripts/reference/pages.ts";
import { TOLD_HEADERS } from "../../src/model/told-headers.ts";

describe("the reference", () => {
  const pages = referencePages();

  for (const [name, text] of pages) {
    it(`is what the tables of the code say: ${name} (if it is not, run \`npm run reference\`)`, () => {
      expect(readFileSync(pageUrl(name), "utf8")).to.equal(text);
    });

    it(`tells what each row of its tables means: ${name}`, () => {
      const untold = text.split("\n").filter((line) => /^\|[^|]*\|\s*\|/.test(line));
      expect(untold).to.deep.equal([]);
    });
  }

  it("tells of each header of its own that the code sets", () => {
    const src = new URL("../../src/", import.meta.url);
    const set = globSync("**/*.ts", { cwd: src }).flatMap((file) =>
      [...readFileSync(new URL(file, src), "utf8").matchAll(OWN_HEADER)].map(([, name = ""]) =>
        name.toLowerCase(),
      ),
    );
    const told = new Set(TOLD_HEADERS.map(({ name }) => name.toLowerCase()));
    expect([...told].filter((name) => name.startsWith("workflow-"))).to.not.be.empty;
    expect(set.filter((name) => !told.has(name))).to.deep.equal([]);
  });
});

/** A text of the code that is the name of a header that only a gateway sets. */
const OWN_HEADER =
  /["'`](workflow-[a-z]+|x-forwarded-(?:for|host|proto)|ratelimit(?:-[a-z]+)?|retry-after|idempotency-key)["'`:]/gi;
