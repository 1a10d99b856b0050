import { expect } from "chai";
import { type RowParts, rowsOf } from "../../../src/hooks/post-action/rows.ts";

describe("the records of an answer", () => {
  const cases: [what: string, parts: Partial<RowParts>, rows: [data: unknown, key?: string][]][] = [
    ["are the record that it is", { answerData: { id: 7, title: "a" } }, [[{ id: 7, title: "a" }]]],
    ["are each of a list", { answerData: [{ id: 1 }, { id: 2 }] }, [[{ id: 1 }], [{ id: 2 }]]],
    ["are none of an empty list", { answerData: [] }, []],
    [
      "are known by another primary key",
      { answerData: { isbn: "x" }, primaryKey: "isbn" },
      [[{ isbn: "x" }]],
    ],
    [
      "are to be loaded by key when there is no body",
      { answerData: undefined, keys: ["1"], submitted: [{ title: "b" }] },
      [[{ title: "b" }, "1"]],
    ],
    [
      "are to be loaded by each key when it is a count",
      { answerData: 2, keys: ["1", 2], submitted: [{ a: 1 }] },
      [
        [{ a: 1 }, "1"],
        [{ a: 1 }, "2"],
      ],
    ],
    [
      "are to be loaded when it says no more than that it went well",
      { answerData: { ok: true }, keys: ["1"] },
      [[{ ok: true }, "1"]],
    ],
    [
      "are to be loaded when it is an empty object",
      { answerData: {}, keys: ["1"], submitted: [{ a: 1 }] },
      [[{ a: 1 }, "1"]],
    ],
    [
      "are what was submitted when no key is known",
      { answerData: null, submitted: [{ a: 1 }] },
      [[{ a: 1 }]],
    ],
    [
      "are each of what was submitted",
      { answerData: undefined, submitted: [{ a: 1 }, { a: 2 }] },
      [[{ a: 1 }], [{ a: 2 }]],
    ],
    [
      "are an object without a key, when none is known",
      { answerData: { title: "a" } },
      [[{ title: "a" }]],
    ],
    ["are not a list of keys", { answerData: [1, 2], keys: ["1"] }, [[null, "1"]]],
    [
      "are to be loaded by the key that it tells when a client had a say in it",
      { answerData: { id: 7 }, shaped: true, submitted: [{ a: 1 }] },
      [[{ a: 1 }, "7"]],
    ],
    [
      "are to be loaded by the keys of the request before those",
      { answerData: [{ id: 7 }], shaped: true, keys: ["1", "2"], submitted: [{ a: 1 }] },
      [
        [{ a: 1 }, "1"],
        [{ a: 1 }, "2"],
      ],
    ],
    [
      "are what was submitted when a client kept their keys out of it",
      { answerData: { title: "a" }, shaped: true, submitted: [{ a: 1 }] },
      [[{ a: 1 }]],
    ],
    [
      "are all that were submitted when a client kept some out of it",
      { answerData: [{ id: 7 }], shaped: true, submitted: [{ a: 1 }, { a: 2 }] },
      [[{ a: 1 }], [{ a: 2 }]],
    ],
    [
      "are what was submitted when a client kept all out of it",
      { answerData: [], shaped: true, submitted: [{ a: 1 }] },
      [[{ a: 1 }]],
    ],
    ["are none of an update of 0", { answerData: 0, keys: ["1"], action: "update" }, []],
    ["are none of an update of [0]", { answerData: [0], keys: ["1"], action: "update" }, []],
  ];
  for (const [what, parts, rows] of cases) {
    it(what, () => expectRows(parts, rows));
  }

  describe("that was destroyed", () => {
    const destroyed: typeof cases = [
      [
        "is the record when the answer holds it",
        { answerData: { id: 1, title: "a" } },
        [[{ id: 1, title: "a" }]],
      ],
      ["is its key when there is no body", { answerData: undefined }, [[{ id: "1" }]]],
      ["is its key when the body is an empty object", { answerData: {} }, [[{ id: "1" }]]],
      ["is its key when the body is a count", { answerData: 1 }, [[{ id: "1" }]]],
      [
        "is its key when the body is a message",
        { answerData: { message: "gone" } },
        [[{ id: "1" }]],
      ],
      [
        "is one key a record",
        { answerData: undefined, keys: [1, "2"] },
        [[{ id: 1 }], [{ id: "2" }]],
      ],
      ["is under the collection's primary key", { primaryKey: "isbn" }, [[{ isbn: "1" }]]],
      ["is nothing known when no key is", { answerData: 3, keys: [] }, [[null]]],
      [
        "is never what the request says of it",
        { answerData: undefined, keys: [], submitted: [{ query: {} }] },
        [[null]],
      ],
      ["is each of a list of keys", { answerData: [3, 4], keys: [] }, [[{ id: 3 }], [{ id: 4 }]]],
      ["is none when the answer says 0", { answerData: 0 }, []],
      ["is none when the answer is an empty list", { answerData: [] }, []],
      [
        "is none when the answer counts 0",
        { answerData: { deletedCount: 0, acknowledged: true } },
        [],
      ],
      [
        "is a record that has a count of 0",
        { answerData: { id: 1, count: 0 } },
        [[{ id: 1, count: 0 }]],
      ],
    ];
    for (const [what, parts, rows] of destroyed) {
      it(what, () => expectRows({ action: "destroy", keys: ["1"], ...parts }, rows));
    }
  });
});

function expectRows(parts: Partial<RowParts>, rows: [data: unknown, key?: string][]) {
  const given = rowsOf({
    answerData: undefined,
    shaped: false,
    action: "create",
    keys: [],
    primaryKey: "id",
    submitted: [null],
    ...parts,
  });
  expect(given).to.deep.equal(rows.map(([data, key = null]) => ({ data, key })));
}
