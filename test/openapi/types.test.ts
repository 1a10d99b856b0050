import { expect } from "chai";
import { type Arbitrary, constantFrom, dictionary, nat, oneof, property, record } from "fast-check";
import { celLanguage } from "../../src/expressions/language.ts";
import { describeUpstream } from "../../src/openapi/describe.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { presets } from "../../src/proxy/apis/index.ts";
import { itHolds } from "../support/property.ts";

const language = celLanguage(() => new Date(), 1_000_000);

/** Whether an expression is taken over a record of a schema. */
function isTaken(expression: string, schema: JsonObject): boolean {
  const address = "file:///post.json";
  const types = describeUpstream({
    openapi: null,
    schemas: new Map([["posts", { address, path: [] }]]),
    documentAt: () => ({ value: schema, dialect: "2020-12" }),
    api: presets.get("rest") ?? expect.fail("there is no preset rest"),
    path: "",
  });
  const type = types.get("posts")?.record ?? expect.fail("posts are not described");
  const known = new Map([["trigger.data", type]]);
  const names = {
    trigger: "dyn",
    steps: [],
    unsure: [],
    outOfReach: [],
    vars: [],
    loops: [],
  } as const;
  return language.expression(expression, { ...names, error: false, types: known }, null).ok;
}

const word = constantFrom("alpha", "beta", "gamma", "delta", "omega");

const leaf: Arbitrary<JsonObject> = constantFrom(
  { type: "string" },
  { type: "number" },
  { type: "boolean" },
);

/** Schemas of objects that hold others, so deep. */
const schemas = (depth: number): Arbitrary<JsonObject> =>
  dictionary(word, depth === 0 ? leaf : oneof(leaf, schemas(depth - 1)), {
    minKeys: 1,
    maxKeys: 3,
  }).map((properties) => ({ type: "object", properties }));

/** The paths of a schema's fields at every depth: `alpha`, `alpha.beta`. */
function pathsOf(of: JsonObject): string[] {
  return Object.entries((of["properties"] ?? {}) as JsonObject).flatMap(([name, inner]) => [
    name,
    ...pathsOf(inner as JsonObject).map((path) => `${name}.${path}`),
  ]);
}

describe("an expression over a record of any schema", () => {
  itHolds(
    "is taken for each path that the schema has, and refused for one beside it",
    property(record({ of: schemas(3), at: nat() }), ({ of, at }) => {
      const paths = pathsOf(of);
      const path = paths[at % paths.length] ?? "";
      expect(isTaken(`trigger.data.${path}`, of), path).to.equal(true);
      const beside = [...path.split(".").slice(0, -1), "nosuch"].join(".");
      expect(isTaken(`trigger.data.${beside}`, of), beside).to.equal(false);
    }),
    { runs: 200 },
  );
});
