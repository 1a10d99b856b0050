import { expect } from "chai";
import type { JsonObject } from "../../../src/model/json.ts";
import { presets } from "../../../src/proxy/apis/index.ts";
import { splitFilter } from "../../../src/proxy/records/split-filter.ts";
import { factsOf } from "./place.ts";

/** A filter, the query that says it, and what is left for memory. */
type Case = readonly [filter: JsonObject, query: string, left: JsonObject | null];

const NE = { age: { $ne: 3 } };

describe("a filter of a step", () => {
  sentences("postgrest", [
    [{ title: "a" }, "title=eq.a", null],
    [{ id: 7, draft: true, gone: null }, "id=eq.7&draft=eq.true&gone=is.null", null],
    [{ age: { $gt: 3, $lte: 9 } }, "age=gt.3&age=lte.9", null],
    [{ name: { $in: ['a"b', "c,d)"] } }, 'name=in.("a\\"b","c,d)")', null],
    [{ $or: [{ age: 3 }, { name: null }] }, 'or=(age.eq."3",name.is.null)', null],
    [
      { $or: [{ a: 1, b: { $gt: 2 } }, { $and: [{ c: { $in: [1] } }, { d: "x),id.eq.1" }] }] },
      'or=(and(a.eq."1",b.gt."2"),and(c.in.("1"),d.eq."x),id.eq.1"))',
      null,
    ],
    [{ title: "a", ...NE }, "title=eq.a", NE],
    [{ $or: [{ title: "a" }, NE] }, "", { $or: [{ title: "a" }, NE] }],
    [{ $or: [] }, "", { $or: [] }],
    [{ name: { $in: [] } }, "", { name: { $in: [] } }],
    [{ name: { $in: [null] } }, "", { name: { $in: [null] } }],
    // A column with the name of a parameter would command the list, a dot lead into another table.
    [
      { select: "*", limit: 1, order: "id", or: "x" },
      "",
      { select: "*", limit: 1, order: "id", or: "x" },
    ],
    [{ "category.name": "a" }, "", { "category.name": "a" }],
    [{ "not.or": "(id.eq.1)" }, "", { "not.or": "(id.eq.1)" }],
  ]);

  sentences("parse", [
    [{ title: "a", gone: null }, 'where={"title":"a","gone":null}', null],
    [{ age: { $gt: 3, $ne: 5 } }, 'where={"age":{"$gt":3,"$ne":5}}', null],
    [{ $or: [{ a: 1 }, { b: { $in: [2] } }] }, 'where={"$or":[{"a":1},{"b":{"$in":[2]}}]}', null],
    [{ a: 1, b: { $mod: [2, 0] } }, 'where={"a":1}', { b: { $mod: [2, 0] } }],
  ]);

  sentences("directus", [
    [{ a: { $gt: 3 }, b: { $eq: null } }, 'filter={"a":{"_gt":3},"b":{"_null":true}}', null],
    [
      { $or: [{ a: 1 }, { b: null }] },
      'filter={"_or":[{"a":{"_eq":1}},{"b":{"_null":true}}]}',
      null,
    ],
    [{ category: { name: { $in: [1] } } }, 'filter={"category":{"name":{"_in":[1]}}}', null],
    [{ a: { _contains: "x" }, ...NE }, 'filter={"a":{"_contains":"x"}}', NE],
  ]);

  sentences("nocobase", [
    [{ a: { $includes: "x" }, ...NE }, 'filter={"a":{"$includes":"x"},"age":{"$ne":3}}', null],
  ]);

  describe("to an upstream that may pass over what it does not know is applied again, whole", () => {
    sentences("strapi", [
      [
        { a: "x", n: { $gt: 3 }, gone: null, k: { $in: [1, 2] } },
        "filters[a][$eq]=x&filters[n][$gt]=3&filters[gone][$null]=true&filters[k][$in][0]=1&filters[k][$in][1]=2",
        { a: "x", n: { $gt: 3 }, gone: null, k: { $in: [1, 2] } },
      ],
    ]);
    sentences("rest", [
      [{ a: 1, n: { $gt: 3 } }, "a=1", { a: 1, n: { $gt: 3 } }],
      [{ "author.name": "x", _limit: 1 }, "author.name=x", { "author.name": "x", _limit: 1 }],
    ]);
  });

  for (const [preset, facts] of presets) {
    it(`that is empty is none to ${preset}`, () => {
      expect(splitFilter(facts, {})).to.deep.equal({ sent: [], left: null });
      expect(splitFilter(facts, null)).to.deep.equal({ sent: [], left: null });
    });
  }

  it("is worked out in memory where the upstream has no filters", () => {
    expect(splitFilter(factsOf("rest", { filter: null }), { a: 1 })).to.deep.equal({
      sent: [],
      left: { a: 1 },
    });
  });
});

function sentences(preset: string, cases: readonly Case[]): void {
  for (const [filter, query, left] of cases) {
    it(`${JSON.stringify(filter)} is ${query === "" ? "not told" : query} to ${preset}`, () => {
      const split = splitFilter(factsOf(preset), filter);
      expect(split.sent.map((pair) => pair.join("=")).join("&")).to.equal(query);
      expect(split.left).to.deep.equal(left);
    });
  }
}
