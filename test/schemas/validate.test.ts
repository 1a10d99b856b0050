import { expect } from "chai";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { type Json, type JsonObject, parseJson } from "../../src/model/json.ts";
import type { SchemaDocument, SchemaMistake } from "../../src/model/json-schema.ts";
import { jsonSchemas } from "../../src/schemas/compile.ts";
import { itHolds } from "../support/property.ts";

describe("a value that is checked by a JSON Schema", () => {
  describe("is told of in plain words", () => {
    const cases: readonly [string, JsonObject, Json, readonly string[]][] = [
      ["a field that is missing", { required: ["title"] }, {}, ["title is missing"]],
      [
        "an item in a list",
        { properties: { lines: { items: { properties: { qty: { minimum: 1 } } } } } },
        { lines: [{ qty: 1 }, {}, { qty: 0 }] },
        ["lines[2].qty must be at least 1"],
      ],
      [
        "a field that is not allowed",
        { properties: { title: {}, body: {} }, additionalProperties: false },
        { colour: 1 },
        ["colour is not allowed; allowed are title, body"],
      ],
      [
        "a value that is not listed",
        { properties: { colour: { enum: ["red", "green"] } } },
        { colour: "blue" },
        ["colour is not allowed; allowed are red, green"],
      ],
      ["a wrong type", { type: ["string", "null"] }, 1, ["the value must be a text or null"]],
      ["a text that is empty", { minLength: 1 }, "", ["the value must not be empty"]],
      [
        "a text that is short",
        { minLength: 2 },
        "a",
        ["the value must have at least 2 characters"],
      ],
      ["a text that is long", { maxLength: 1 }, "ab", ["the value must have at most 1 character"]],
      ["a list that is short", { minItems: 1 }, [], ["the value must have at least 1 item"]],
      ["a list that is long", { maxItems: 1 }, [1, 2], ["the value must have at most 1 item"]],
      [
        "a tuple that is long",
        { prefixItems: [{}], items: false },
        [1, 2],
        ["the value must have no more than 1 item"],
      ],
      ["few fields", { minProperties: 1 }, {}, ["the value must have at least 1 field"]],
      ["many fields", { maxProperties: 0 }, { a: 1 }, ["the value must have at most 0 fields"]],
      ["a number at a bound", { exclusiveMinimum: 1 }, 1, ["the value must be more than 1"]],
      [
        "a number at the other bound",
        { exclusiveMaximum: 1 },
        1,
        ["the value must be less than 1"],
      ],
      ["a number that is too large", { maximum: 1 }, 2, ["the value must be at most 1"]],
      ["no multiple", { multipleOf: 0.01 }, 0.015, ["the value must be a multiple of 0.01"]],
      ["a pattern", { pattern: "^a$" }, "b", ["the value must match the pattern ^a$"]],
      ["a format", { format: "email" }, "b", ["the value must be an e-mail address"]],
      ["one value", { const: 3 }, 4, ["the value must be 3"]],
      [
        "an item twice",
        { uniqueItems: true },
        [{ a: 1 }, { a: 1 }],
        ["the value must not have the same item twice"],
      ],
      [
        "an item that is not there",
        { contains: { const: 1 } },
        [2, 3],
        ["the value must have at least 1 item of the kind that is asked for"],
      ],
      [
        "a name of a field",
        { propertyNames: { pattern: "^a" } },
        { b: 1 },
        ["the value must have no field named b"],
      ],
      [
        "a field that another needs",
        { dependentRequired: { a: ["b"] } },
        { a: 1 },
        ["b is missing; it is required where a is there"],
      ],
      [
        "a branch of if",
        // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
        { if: { required: ["a"] }, then: { required: ["b"] } },
        { a: 1 },
        ["b is missing"],
      ],
      [
        "what is ruled out",
        { not: { type: "string" } },
        "a",
        ["the value must not be what it is: a value of this kind is ruled out"],
      ],
      [
        "alternatives that are types",
        { anyOf: [{ type: "string" }, { type: "null" }] },
        1,
        ["the value must be a text or null"],
      ],
      [
        "alternatives, without what is wrong with each",
        {
          oneOf: [
            { title: "card", required: ["pan"] },
            { title: "invoice", required: ["iban"] },
          ],
        },
        {},
        ["the value fits none of the 2 allowed forms: card, invoice"],
      ],
      [
        "several alternatives at once",
        { oneOf: [{}, {}] },
        1,
        ["the value must fit only one of the 2 allowed forms, and fits several"],
      ],
      [
        "a field that no part knows",
        { allOf: [{ properties: { a: {} } }], unevaluatedProperties: false },
        { a: 1, b: 1 },
        ["b is not allowed"],
      ],
      [
        "a field under an odd name",
        { additionalProperties: { type: "string" } },
        { "a b": 1 },
        ['["a b"] must be a text'],
      ],
    ];
    for (const [what, schema, value, messages] of cases) {
      it(what, () => expect(messagesOf(schema, value)).to.deep.equal(messages));
    }

    it("up to 20 times", () => {
      expect(
        messagesOf(
          { items: { type: "string" } },
          Array.from({ length: 50 }, () => 1),
        ),
      ).to.have.length(20);
    });
  });

  describe("with integers that a double can't hold", () => {
    const large = parseJson("9007199254740993");
    it("is an integer within exact bounds", () => {
      expect(messagesOf({ type: "integer", maximum: large }, large)).to.deep.equal([]);
      expect(messagesOf({ maximum: large }, parseJson("9007199254740994"))).to.have.length(1);
      expect(messagesOf({ exclusiveMinimum: 9007199254740992 }, large)).to.deep.equal([]);
      expect(messagesOf({ multipleOf: 2 }, large)).to.have.length(1);
      expect(messagesOf({ const: large }, parseJson("9007199254740995"))).to.have.length(1);
      expect(messagesOf({ enum: [large] }, large)).to.deep.equal([]);
      expect(
        messagesOf({ uniqueItems: true }, parseJson("[9007199254740993,9007199254740995]")),
      ).to.deep.equal([]);
    });
    it("fits int64 up to its last value", () => {
      expect(isInt64("9223372036854775807")).to.equal(true);
      expect(isInt64("9223372036854775808")).to.equal(false);
      expect(isInt64("-9223372036854775808")).to.equal(true);
      expect(isInt64("-9223372036854775809")).to.equal(false);
    });
  });

  it("is a multiple digit by digit: 19.99 of 0.01", () => {
    expect(messagesOf({ multipleOf: 0.01 }, 19.99)).to.deep.equal([]);
  });

  it("is not coerced or filled in", () => {
    const value = Object.freeze({ n: "1" });
    const schema = { properties: { n: { type: "integer" }, a: { default: 1 } }, required: ["a"] };
    expect(messagesOf(schema, value)).to.deep.equal(["a is missing", "n must be a whole number"]);
  });

  itHolds(
    "fits exactly when ajv says so",
    fc.property(schemas(), fc.jsonValue({ maxDepth: 3 }), (schema, value) => {
      const plain = new Ajv2020({ strict: false, ownProperties: true, logger: false });
      expect(messagesOf(schema, value as Json).length === 0).to.equal(
        plain.validate(schema, value),
      );
    }),
    { runs: 200 },
  );

  describe("is refused whatever an attacker does", () => {
    it("by a pattern that backtracks for ever on other engines", () => {
      expect(messagesOf({ pattern: "^(a+)+$" }, `${"a".repeat(50_000)}!`)).to.have.length(1);
    });
    it("by a text that is too long for a pattern", () => {
      expect(() => messagesOf({ pattern: "^(a+)+$" }, "a".repeat(9_000_000))).to.throw(/too long/);
    });
    it("by branches that multiply with depth", () => {
      const deep = JSON.parse(`${'{"a":'.repeat(80)}1${"}".repeat(80)}`) as Json;
      expect(() => messagesOf({ anyOf: [node("y"), node("z")] }, deep)).to.throw(/too long/);
    });
    it("by fields that every JavaScript object seems to have", () => {
      expect(messagesOf({ required: ["constructor", "toString"] }, {})).to.deep.equal([
        "constructor is missing",
        "toString is missing",
      ]);
    });
    it("by a field __proto__, which is one like others", () => {
      const value = JSON.parse('{"__proto__":{"title":"x"}}') as Json;
      const schema = {
        properties: { title: {} },
        required: ["title"],
        additionalProperties: false,
      };
      expect(messagesOf(schema, value)).to.deep.equal([
        "title is missing",
        "__proto__ is not allowed; allowed are title",
      ]);
      expect(Object.hasOwn(Object.prototype, "title")).to.equal(false);
    });
  });
});

describe("a JSON Schema", () => {
  it("can refer to another file, to an anchor and to an $id", () => {
    const schema = {
      $id: "https://example.com/post",
      properties: {
        a: { $ref: "#/$defs/x" },
        b: { $ref: "#y" },
        c: { $ref: "https://example.com/z" },
      },
      $defs: { x: { const: 1 }, y: { $anchor: "y", const: 2 }, z: { $id: "/z", const: 3 } },
    };
    expect(messagesOf(schema, { a: 0, b: 0, c: 0 })).to.deep.equal([
      "a must be 1",
      "b must be 2",
      "c must be 3",
    ]);
    const other = { "file:///b.yaml": document({ $defs: { d: { const: 4 } } }) };
    expect(messagesOf({ $ref: "b.yaml#/$defs/d" }, 0, other)).to.deep.equal([
      "the value must be 4",
    ]);
  });

  it("may refer to itself", () => {
    const tree = { properties: { next: { $ref: "#" }, n: { type: "integer" } } };
    expect(messagesOf(tree, { next: { next: { n: "x" } } })).to.deep.equal([
      "next.next.n must be a whole number",
    ]);
  });

  for (const [what, schema, path, message] of [
    ["an unknown keyword", { typ: "string" }, [], /unknown keyword "typ"; did you mean "type"/],
    [
      "an unknown format",
      { items: { format: "emial" } },
      ["items", "format"],
      /did you mean "email"/,
    ],
    [
      "a keyword of the wrong type",
      { items: { minimum: "x" } },
      ["items", "minimum"],
      /must be a number/,
    ],
    ["a pattern that RE2 can't take", { pattern: "(?=a)" }, ["pattern"], /RE2 can't take/],
    ["a reference to nothing", { $ref: "#/$defs/no" }, ["$ref"], /leads nowhere/],
    ["a reference to a prototype", { $ref: "#/__proto__" }, ["$ref"], /leads nowhere/],
    [
      "a reference to another server",
      { $ref: "https://example.com/x" },
      ["$ref"],
      /another server/,
    ],
    [
      "another dialect",
      { $schema: "http://json-schema.org/draft-07/schema#" },
      ["$schema"],
      /2020-12/,
    ],
    [
      "a field __proto__",
      JSON.parse('{"properties":{"__proto__":{}}}'),
      ["properties"],
      /__proto__ can't/,
    ],
  ] as const) {
    it(`with ${what} is refused, at its place`, () => {
      const mistakes = mistakesOf(schema as JsonObject);
      expect(mistakes[0]?.path).to.deep.equal(path);
      expect(mistakes[0]?.message).to.match(message);
    });
  }

  it("of OpenAPI 3.0 is read as it is meant there", () => {
    const value = {
      components: {
        schemas: {
          Post: {
            type: "object",
            required: ["id", "title"],
            properties: {
              id: { type: "integer", readOnly: true },
              title: { type: "string", nullable: true, example: "x" },
              price: { type: "number", minimum: 0, exclusiveMinimum: true },
              size: { type: "string", format: "vendor", enum: ["s"], nullable: true },
            },
          },
        },
      },
    };
    const at = { address: "file:///api.yaml", path: ["components", "schemas", "Post"] };
    const compiled = jsonSchemas()(at, () => ({ value, dialect: "openapi 3.0" }));
    if (!compiled.ok) throw new Error(compiled.mistakes[0]?.message);
    const { violations } = compiled.schema;
    expect(violations({ title: null, price: 1, size: null })).to.deep.equal([]);
    expect(violations({ price: 0 }).map(({ message }) => message)).to.deep.equal([
      "title is missing",
      "price must be more than 0",
    ]);
  });
});

/** Schemas of a few keywords, in each other so many times. */
function schemas(depth = 2): fc.Arbitrary<JsonObject> {
  const names = fc.constantFrom("a", "b", "constructor");
  const number = fc.integer({ min: 0, max: 3 });
  const plain = {
    type: fc.constantFrom("string", "number", "integer", "object", "array", "boolean", "null"),
    minimum: number,
    exclusiveMaximum: number,
    multipleOf: fc.integer({ min: 1, max: 3 }),
    minLength: number,
    maxItems: number,
    uniqueItems: fc.boolean(),
    enum: fc.uniqueArray(fc.oneof(number, fc.string({ maxLength: 1 })), {
      minLength: 1,
      maxLength: 3,
    }),
    required: fc.uniqueArray(names, { maxLength: 2 }),
    additionalProperties: fc.boolean(),
    unevaluatedProperties: fc.boolean(),
    unevaluatedItems: fc.boolean(),
  };
  const optional = { requiredKeys: [] };
  if (depth === 0) return fc.record(plain, optional);
  const inner = schemas(depth - 1);
  const some = fc.array(inner, { minLength: 1, maxLength: 2 });
  const nested = {
    properties: fc.dictionary(names, inner, { maxKeys: 2, noNullPrototype: true }),
    contains: inner,
    anyOf: some,
    oneOf: some,
    not: inner,
  };
  return fc.record({ ...plain, ...nested }, optional);
}

const isInt64 = (text: string) => messagesOf({ format: "int64" }, parseJson(text)).length === 0;

/** A branch that a nested value takes again and again. */
const node = (name: string) => ({ properties: { a: { $ref: "#" } }, required: [name] });

type Documents = Readonly<Record<string, SchemaDocument>>;

const document = (value: unknown): SchemaDocument => ({ value, dialect: "2020-12" });

const compileAt = jsonSchemas();

const compile = (schema: JsonObject, others: Documents) =>
  compileAt({ address: "file:///a.yaml", path: [] }, (address) =>
    address === "file:///a.yaml" ? document(schema) : (others[address] ?? null),
  );

function messagesOf(schema: JsonObject, value: Json, others: Documents = {}): string[] {
  const compiled = compile(schema, others);
  if (!compiled.ok) throw new Error(compiled.mistakes.map(({ message }) => message).join("; "));
  return compiled.schema.violations(value).map(({ message }) => message);
}

function mistakesOf(schema: JsonObject): readonly SchemaMistake[] {
  const compiled = compile(schema, {});
  return compiled.ok ? [] : compiled.mistakes;
}
