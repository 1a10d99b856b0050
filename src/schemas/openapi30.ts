import { isJsonObject } from "../model/json.ts";

type Keywords = Readonly<Record<string, unknown>>;

/**
 * One schema object of OpenAPI 3.0, without those inside it, as JSON Schema 2020-12 says the same:
 *
 *     { type: string, nullable: true }          → { type: [string, "null"] }
 *     { minimum: 0, exclusiveMinimum: true }    → { exclusiveMinimum: 0 }
 *     { $ref: "#/a", description: "ignored" }   → { $ref: "#/a" }
 */
export function fromOpenApi30(schema: Keywords): Keywords {
  if (typeof schema["$ref"] === "string") return { $ref: schema["$ref"] };
  const { nullable, ...rest } = exclusive(exclusive(schema, "minimum"), "maximum");
  if (nullable !== true) return rest;
  const { type, enum: values } = rest;
  if (typeof type !== "string") return { anyOf: [{ type: "null" }, rest] };
  return {
    ...rest,
    type: [type, "null"],
    ...(Array.isArray(values) && !values.includes(null) && { enum: [...values, null] }),
  };
}

function exclusive(schema: Keywords, bound: "minimum" | "maximum"): Keywords {
  const name = bound === "minimum" ? "exclusiveMinimum" : "exclusiveMaximum";
  const { [name]: isExclusive, [bound]: limit, ...rest } = schema;
  if (typeof isExclusive !== "boolean") return schema;
  if (limit === undefined) return rest;
  return { ...rest, [isExclusive ? name : bound]: limit };
}

/** Without the names of fields that only answers have: a client does not send them. */
export function withoutReadOnly(schema: Keywords): Keywords {
  const { required, properties } = schema;
  if (!Array.isArray(required) || !isJsonObject(properties)) return schema;
  const isSent = (name: unknown) => {
    const field = Object.entries(properties).find(([own]) => own === name)?.[1];
    return !(isJsonObject(field) && field["readOnly"] === true);
  };
  return { ...schema, required: required.filter(isSent) };
}
