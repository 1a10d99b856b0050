import { expect } from "chai";
import { type RowParts, rowsOf } from "../../../src/hooks/post-action/rows.ts";

describe("the records of an answer", () => {
  const cases: [what: string, parts: Partial<RowParts>, rows: [data: unknown, key?: string][]][] = [
    [
      "are the one record of its body",
      { answerData: { id: 7, title: "a" } },
      [[{ id: 7, title: "a" }]],
    ],
    ["are the items of a list", { answerData: [{ id: 1 }, { id: 2 }] }, [[{ id: 1 }], [{ id: 2 }]]],
    ["are none where it is an empty list", { answerData: [] }, []],
    [
      "are known by the collection's own primary key",
      { answerData: { isbn: "x" }, primaryKey: "isbn" },
      [[{ isbn: "x" }]],
    ],
    [
      "are to be loaded by key when there is no body",
      { answerData: undefined, keys: ["1"], submitted: [{ title: "b" }] },
      [[{ title: "b" }, "1"]],
    ],
    [
      "are to be loaded by each key when the body is a count",
      { answerData: 2, keys: ["1", 2], submitted: [{ a: 1 }] },
      [
        [{ a: 1 }, "1"],
        [{ a: 1 }, "2"],
      ],
    ],
    [
      "are to be loaded when the body only says that the action succeeded",
      { answerData: { ok: true }, keys: ["1"] },
      [[{ ok: true }, "1"]],
    ],
    [
      "are to be loaded when the body is an empty object",
      { answerData: {}, keys: ["1"], submitted: [{ a: 1 }] },
      [[{ a: 1 }, "1"]],
    ],
    [
      "are what was submitted when no key is known",
      { answerData: null, submitted: [{ a: 1 }] },
      [[{ a: 1 }]],
    ],
    [
      "are the records that were submitted when there is no body",
      { answerData: undefined, submitted: [{ a: 1 }, { a: 2 }] },
      [[{ a: 1 }], [{ a: 2 }]],
    ],
    [
      "are an object without a key when no key is known",
      { answerData: { title: "a" } },
      [[{ title: "a" }]],
    ],
    ["are not the items of a list of keys", { answerData: [1, 2], keys: ["1"] }, [[null, "1"]]],
    [
      "are to be loaded by the key in the answer when the client's query shaped it",
      { answerData: { id: 7 }, shaped: true, submitted: [{ a: 1 }] },
      [[{ a: 1 }, "7"]],
    ],
    [
      "are to be loaded by the keys of the request, rather than of an answer that the client's query shaped",
      { answerData: [{ id: 7 }], shaped: true, keys: ["1", "2"], submitted: [{ a: 1 }] },
      [
        [{ a: 1 }, "1"],
        [{ a: 1 }, "2"],
      ],
    ],
    [
      "are what was submitted when the client's query kept the keys out of the answer",
      { answerData: { title: "a" }, shaped: true, submitted: [{ a: 1 }] },
      [[{ a: 1 }]],
    ],
    [
      "are all that were submitted when the client's query kept some out of the answer",
      { answerData: [{ id: 7 }], shaped: true, submitted: [{ a: 1 }, { a: 2 }] },
      [[{ a: 1 }], [{ a: 2 }]],
    ],
    [
      "are what was submitted when the client's query kept all out of the answer",
      { answerData: [], shaped: true, submitted: [{ a: 1 }] },
      [[{ a: 1 }]],
    ],
    [
      "are none where an update is answered with 0",
      { answerData: 0, keys: ["1"], action: "update" },
      [],
    ],
    [
      "are none where an update is answered with [0]",
      { answerData: [0], keys: ["1"], action: "update" },
      [],
    ],
  ];
  for (const [what, parts, rows] of cases) {
    it(what, () => expectRows(parts, rows));
  }

  describe("to a destroy", () => {
    const destroyed: typeof cases = [
      [
        "are the destroyed record where the answer holds it",
        { answerData: { id: 1, title: "a" } },
        [[{ id: 1, title: "a" }]],
      ],
      [
        "are the key of the destroyed record when there is no body",
        { answerData: undefined },
        [[{ id: "1" }]],
      ],
      [
        "are the key of the destroyed record when the body is an empty object",
        { answerData: {} },
        [[{ id: "1" }]],
      ],
      [
        "are the key of the destroyed record when the body is a count",
        { answerData: 1 },
        [[{ id: "1" }]],
      ],
      [
        "are the key of the destroyed record when the body is a message",
        { answerData: { message: "gone" } },
        [[{ id: "1" }]],
      ],
      [
        "are one key for each destroyed record",
        { answerData: undefined, keys: [1, "2"] },
        [[{ id: 1 }], [{ id: "2" }]],
      ],
      [
        "hold the key under the name of the collection's primary key",
        { primaryKey: "isbn" },
        [[{ isbn: "1" }]],
      ],
      ["are null when no key is known", { answerData: 3, keys: [] }, [[null]]],
      [
        "are never taken from the body of the request",
        { answerData: undefined, keys: [], submitted: [{ query: {} }] },
        [[null]],
      ],
      [
        "are the keys of a list in the answer",
        { answerData: [3, 4], keys: [] },
        [[{ id: 3 }], [{ id: 4 }]],
      ],
      ["are none when the answer is 0", { answerData: 0 }, []],
      ["are none when the answer is an empty list", { answerData: [] }, []],
      [
        "are none when the answer counts 0",
        { answerData: { deletedCount: 0, acknowledged: true } },
        [],
      ],
      [
        "are a destroyed record that has a field count of 0",
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
