import { expect } from "chai";
import { recordKeys } from "../../../src/hooks/post-action/record-keys.ts";
import { recordsReader } from "../../../src/hooks/request/body-records.ts";
import type { Json } from "../../../src/model/json.ts";

const facts = { values: "", bulk: { keys: "keys", query: "query", data: "data" } };

describe("the keys of the records that an action was about", () => {
  const cases: [
    what: string,
    name: string,
    keys: string[],
    values: Json,
    location: string | null,
    expected: unknown[],
  ][] = [
    ["are those of the URL", "update", ["1", "2"], [3], "/posts/4", ["1", "2"]],
    ["are those of a list in the body", "destroy", [], [1, "b"], null, [1, "b"]],
    ["are those of `keys` in the body", "update", [], { keys: [1], data: {} }, null, [1]],
    ["are those of records in the body", "update", [], [{ id: 1 }, { id: 2 }], null, [1, 2]],
    [
      "are not known from a body that names something else",
      "update",
      [],
      [{ title: "a" }],
      null,
      [],
    ],
    ["are not read from a body that is to be created", "create", [], [1, 2], null, []],
    ["are read at the end of a Location", "create", [], {}, "/posts/7", ["7"]],
    [
      "are read at the end of an absolute Location",
      "create",
      [],
      {},
      "https://x.test/api/posts/a%2Fb/?x=1",
      ["a/b"],
    ],
    ["are read in the query of a Location", "create", [], {}, "/api/posts:get?filterByTk=7", ["7"]],
    [
      "are read in a Location where a parameter has the name of the primary key",
      "create",
      [],
      {},
      "/posts?id=eq.7",
      ["7"],
    ],
    [
      "are read in such a parameter of a Location without an operator too",
      "create",
      [],
      {},
      "/posts?select=a&id=7",
      ["7"],
    ],
    ["are not known from a Location that is the collection's", "create", [], {}, "/posts", []],
    ["are not known from a Location that is not a path", "create", [], {}, "http://", []],
    ["are not known from a Location that can't be decoded", "create", [], {}, "/posts/%ff", []],
  ];
  for (const [what, name, keys, values, location, expected] of cases) {
    it(what, () => {
      const action = { collection: "posts", name, keys, filterByTk: null, parent: null } as const;
      const whole = { ...action, form: "rest" } as const;
      const submitted = recordsReader(facts, whole, "id")(values).records;
      expect(recordKeys(whole, values, submitted, location, "id")).to.deep.equal(expected);
    });
  }
});
