import { expect } from "chai";
import { array, asyncProperty, constantFrom, dictionary, letrec, oneof, string } from "fast-check";
import { type Json, jsonText, parseJson } from "../../src/model/json.ts";
import { jsonTextInSlices, parseInSlices } from "../../src/model/json-slices.ts";
import { itHolds } from "../support/property.ts";
import { turnsDuring } from "../support/turns.ts";

const long = 'x"\\,{}[]:'.repeat(30_000);
const { value } = letrec<{ value: Json; leaf: Json }>((tie) => ({
  leaf: constantFrom<Json>(long, "", "a,b", 12345678901234567890n, 1.5, null, true, [], {}),
  value: oneof(
    { depthSize: "small" },
    tie("leaf"),
    array(tie("value"), { maxLength: 6 }),
    dictionary(oneof(string(), constantFrom("__proto__", '"', "a,b:{")), tie("value"), {
      maxKeys: 6,
    }),
  ),
}));

describe("a long JSON text that is parsed in slices", () => {
  itHolds(
    "has the value that it has when it is parsed at once",
    asyncProperty(value, async (one) => {
      const text = jsonText(one);
      expect(await parseInSlices(text)).to.deep.equal(parseJson(text));
    }),
    { runs: 100 },
  );

  it("keeps many small items, and large ones among them, in their order", async () => {
    const items = Array.from({ length: 40_000 }, (_, n) => ({ n, title: `Title ${n}` }));
    const members = Object.fromEntries(items.map((item) => [`name-${item.n}`, item]));
    for (const one of [items, members, { items, long, members, last: [long, 1, [items]] }]) {
      const text = jsonText(one);
      expect(await parseInSlices(text)).to.deep.equal(parseJson(text));
    }
  });
});

describe("a large value whose JSON text is written in slices", () => {
  itHolds(
    "has the text that is written at once",
    asyncProperty(value, async (one) => {
      expect(await jsonTextInSlices(one)).to.equal(jsonText(one));
    }),
    { runs: 100 },
  );

  it("lets others have their turn meanwhile", async () => {
    const records = Array.from({ length: 200_000 }, (_, id) => ({ id, title: `Title ${id}` }));
    expect(await turnsDuring(jsonTextInSlices({ records }))).to.be.at.least(3);
  });
});
