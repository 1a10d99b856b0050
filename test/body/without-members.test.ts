import { expect } from "chai";
import { asyncProperty, constantFrom, dictionary, jsonValue, oneof, string } from "fast-check";
import { withoutMembers } from "../../src/body/without-members.ts";
import { itHolds } from "../support/property.ts";

const isGone = (name: string) => name === "_method";

describe("members cut out of a JSON text", () => {
  const names = oneof(constantFrom("_method", "a", "b"), string());

  itHolds(
    "leave the other members as they are, however the text is written",
    asyncProperty(
      dictionary(names, jsonValue()),
      constantFrom("", " ", "\n\t"),
      async (all, space) => {
        const { _method, ...kept } = all;
        const written = await withoutMembers(JSON.stringify(all, null, space), isGone);
        expect(JSON.parse(written)).to.deep.equal(JSON.parse(JSON.stringify(kept)));
      },
    ),
  );

  it("leave every other byte of the text", async () => {
    const cases: [text: string, kept: string][] = [
      ['{"_method":1,"a":1.0, "b":[ ]}', '{"a":1.0, "b":[ ]}'],
      ['{"a":1.0, "_method":1 , "b":[ ]}', '{"a":1.0 , "b":[ ]}'],
      ['{ "a":1.0, "b":[ ] , "_method":{"a":[1]} }', '{ "a":1.0, "b":[ ] }'],
      ['{"a":{"_method":1}}', '{"a":{"_method":1}}'],
      [' { "_method":1 }\n', " {  }\n"],
    ];
    for (const [text, kept] of cases) expect(await withoutMembers(text, isGone)).to.equal(kept);
  });
});
