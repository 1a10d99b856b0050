import { expect } from "chai";
import { type RowParts, rowsOf } from "../../../src/hooks/post-action/rows.ts";

describe("the records of an answer", () => {
  const cases: [what: string, parts: Partial<RowParts>, rows: [data: unknown, key?: string][]][] = [
    ["are the record that it is", { told: { id: 7, title: "a" } }, [[{ id: 7, title: "a" }]]],
    ["are each of a list", { told: [{ id: 1 }, { id: 2 }] }, [[{ id: 1 }], [{ id: 2 }]]],
    ["are none of an empty list", { told: [] }, []],
    [
      "are known by another primary key",
      { told: { isbn: "x" }, primaryKey: "isbn" },
      [[{ isbn: "x" }]],
    ],
    [
      "are to be loaded by key when there is no body",
      { told: undefined, keys: ["1"], submitted: [{ title: "b" }] },
      [[{ title: "b" }, "1"]],
    ],
    [
      "are to be loaded by each key when it is a count",
      { told: 2, keys: ["1", 2], submitted: [{ a: 1 }] },
      [
        [{ a: 1 }, "1"],
        [{ a: 1 }, "2"],
      ],
    ],
    [
      "are to be loaded when it says no more than that it went well",
      { told: { ok: true }, keys: ["1"] },
      [[{ ok: true }, "1"]],
    ],
    [
      "are to be loaded when it is an empty object",
      { told: {}, keys: ["1"], submitted: [{ a: 1 }] },
      [[{ a: 1 }, "1"]],
    ],
    [
      "are what was submitted when no key is known",
      { told: null, submitted: [{ a: 1 }] },
      [[{ a: 1 }]],
    ],
    [
      "are each of what was submitted",
      { told: undefined, submitted: [{ a: 1 }, { a: 2 }] },
      [[{ a: 1 }], [{ a: 2 }]],
    ],
    [
      "are an object without a key, when none is known",
      { told: { title: "a" } },
      [[{ title: "a" }]],
    ],
    ["are not a list of keys", { told: [1, 2], keys: ["1"] }, [[null, "1"]]],
    [
      "are to be loaded by the key that it tells when a client had a say in it",
      { told: { id: 7 }, shaped: true, submitted: [{ a: 1 }] },
      [[{ a: 1 }, "7"]],
    ],
    [
      "are to be loaded by the keys of the request before those",
      { told: [{ id: 7 }], shaped: true, keys: ["1", "2"], submitted: [{ a: 1 }] },
      [
        [{ a: 1 }, "1"],
        [{ a: 1 }, "2"],
      ],
    ],
    [
      "are what was submitted when a client kept their keys out of it",
      { told: { title: "a" }, shaped: true, submitted: [{ a: 1 }] },
      [[{ a: 1 }]],
    ],
    [
      "are all that were submitted when a client kept some out of it",
      { told: [{ id: 7 }], shaped: true, submitted: [{ a: 1 }, { a: 2 }] },
      [[{ a: 1 }], [{ a: 2 }]],
    ],
    [
      "are what was submitted when a client kept all out of it",
      { told: [], shaped: true, submitted: [{ a: 1 }] },
      [[{ a: 1 }]],
    ],
    ["are none of an update of 0", { told: 0, keys: ["1"], action: "update" }, []],
    ["are none of an update of [0]", { told: [0], keys: ["1"], action: "update" }, []],
  ];
  for (const [what, parts, rows] of cases) {
    it(what, () => expectRows(parts, rows));
  }

  describe("that was destroyed", () => {
    const destroyed: typeof cases = [
      [
        "is the record when the answer holds it",
        { told: { id: 1, title: "a" } },
        [[{ id: 1, title: "a" }]],
      ],
      ["is its key when there is no body", { told: undefined }, [[{ id: "1" }]]],
      ["is its key when the body is an empty object", { told: {} }, [[{ id: "1" }]]],
      ["is its key when the body is a count", { told: 1 }, [[{ id: "1" }]]],
      ["is its key when the body is a message", { told: { message: "gone" } }, [[{ id: "1" }]]],
      ["is one key a record", { told: undefined, keys: [1, "2"] }, [[{ id: 1 }], [{ id: "2" }]]],
      ["is under the collection's primary key", { primaryKey: "isbn" }, [[{ isbn: "1" }]]],
      ["is nothing known when no key is", { told: 3, keys: [] }, [[null]]],
      [
        "is never what the request says of it",
        { told: undefined, keys: [], submitted: [{ query: {} }] },
        [[null]],
      ],
      ["is each of a list of keys", { told: [3, 4], keys: [] }, [[{ id: 3 }], [{ id: 4 }]]],
      ["is none when the answer says 0", { told: 0 }, []],
      ["is none when the answer is an empty list", { told: [] }, []],
      ["is none when the answer counts 0", { told: { deletedCount: 0, acknowledged: true } }, []],
      ["is a record that has a count of 0", { told: { id: 1, count: 0 } }, [[{ id: 1, count: 0 }]]],
    ];
    for (const [what, parts, rows] of destroyed) {
      it(what, () => expectRows({ action: "destroy", keys: ["1"], ...parts }, rows));
    }
  });
});

function expectRows(parts: Partial<RowParts>, rows: [data: unknown, key?: string][]) {
  const given = rowsOf({
    told: undefined,
    shaped: false,
    action: "create",
    keys: [],
    primaryKey: "id",
    submitted: [null],
    ...parts,
  });
  expect(given).to.deep.equal(rows.map(([data, key = null]) => ({ data, key })));
}
