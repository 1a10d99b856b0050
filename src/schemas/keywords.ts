/** The keywords of JSON Schema 2020-12, by what stands under them. */
const SCHEMA = [
  "additionalProperties",
  "contains",
  "contentSchema",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
] as const;
const LIST = ["allOf", "anyOf", "oneOf", "prefixItems"] as const;
const NAMED = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];
const VALUE = [
  "$anchor",
  "$comment",
  "$dynamicAnchor",
  "$dynamicRef",
  "$id",
  "$ref",
  "$schema",
  "$vocabulary",
  "const",
  "contentEncoding",
  "contentMediaType",
  "default",
  "dependentRequired",
  "deprecated",
  "description",
  "enum",
  "examples",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "format",
  "maxContains",
  "maxItems",
  "maxLength",
  "maxProperties",
  "maximum",
  "minContains",
  "minItems",
  "minLength",
  "minProperties",
  "minimum",
  "multipleOf",
  "pattern",
  "readOnly",
  "required",
  "title",
  "type",
  "uniqueItems",
  "writeOnly",
];

/** All keywords. */
export const KEYWORDS: readonly string[] = [...SCHEMA, ...LIST, ...NAMED, ...VALUE];

/** Keywords that only OpenAPI has. */
export const OPENAPI_KEYWORDS: readonly string[] = [
  "discriminator",
  "example",
  "externalDocs",
  "nullable",
  "xml",
];

const kinds = new Map<string, "schema" | "list" | "named">([
  ...SCHEMA.map((name) => [name, "schema"] as const),
  ...LIST.map((name) => [name, "list"] as const),
  ...NAMED.map((name) => [name, "named"] as const),
]);

/** The schemas that stand under a keyword: one, a list, or one for each name; null: none. */
export const schemasUnder = (keyword: string): "schema" | "list" | "named" | null =>
  kinds.get(keyword) ?? null;
