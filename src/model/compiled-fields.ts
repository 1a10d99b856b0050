import { z } from "zod";
import { isForbiddenHost } from "./address.ts";
import type { Expression, Template } from "./expression.ts";
import { isJsonObject } from "./json.ts";
import type { Schema } from "./json-schema.ts";
import type { ConfiguredUrl } from "./outbound.ts";
import { type Program, isProgram } from "./program.ts";
import type { Branch } from "./step.ts";

/** The kind of a field in a step's configuration that is more than plain values with templates. */
export type FieldKind =
  "test" | "turn test" | "range" | "steps" | "literal" | "url" | "template" | "schema" | "program";

/**
 * Marks schemas whose places are compiled otherwise than as templates: `test` a bare expression that is true or false,
 * `turn test` one that sees the names the step binds, `range` one that a loop can go over, `steps` a list of steps, `literal` text that is never scanned, `url` a template that
 * remembers whether its origin was literal, `template` one that whoever reads the configuration evaluates itself,
 * `schema` a JSON Schema, `program` text of another language that remembers its place.
 */
export const fieldKinds = z.registry<{ holds: FieldKind }>();

const present = (value: unknown) => value !== undefined;

/** A bare expression that is true or false. */
export const test = z.custom<Expression>(present).register(fieldKinds, { holds: "test" });

/** A test that is evaluated each turn, with the names of the turn. */
export const turnTest = z.custom<Expression>(present).register(fieldKinds, { holds: "turn test" });

/** A bare expression whose value is a list, a number of times, or an object. */
export const range = z.custom<Expression>(present).register(fieldKinds, { holds: "range" });

/** A JSON Schema: written out, `{ file: … }`, or `{ openapi: "#/…" }`. */
export const schema = z.custom<Schema>(present).register(fieldKinds, { holds: "schema" });

/** A list of steps inside a step. */
export const steps = z.custom<Branch>(present).register(fieldKinds, { holds: "steps" });

/** Text that is taken as it is: a program in another language. */
export const literal = z.string().min(1).register(fieldKinds, { holds: "literal" });

/** A program of another language. Taken as it is; that it is one, its own language says. */
export const program = z
  .custom<Program>((value) => isProgram(value), {
    error: "should be a text",
  })
  .register(fieldKinds, { holds: "program" });

/** A URL that is written out is checked at load; a computed one is checked when it is called. */
const isUrlIfText = (value: unknown) =>
  typeof value === "string"
    ? URL.canParse(value) && /^https?:/i.test(value)
    : typeof value === "object" && value !== null;

const leadsSomewhere = (value: unknown) =>
  typeof value !== "string" || !isForbiddenHost(new URL(value).hostname.replace(/\.$/, ""));

/** A URL in a step's configuration. */
export const url = z
  .custom<ConfiguredUrl>(isUrlIfText, {
    error: "should be a URL: https://api.example.com/v1",
    abort: true,
  })
  .refine(leadsSomewhere, {
    error: "leads to a link-local or metadata address; requests to such addresses are forbidden",
  })
  .register(fieldKinds, { holds: "url" });

/** A text that stays a template: it is evaluated by whoever the configuration is for. The only expressions a trigger has. */
export const template = z
  .custom<Template>((value) => isJsonObject(value) && "evaluate" in value, {
    error: "should be a text",
  })
  .register(fieldKinds, { holds: "template" });
