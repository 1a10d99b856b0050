import type { ErrorObject } from "ajv";
import { type Json, isJsonObject, jsonText } from "../model/json.ts";
import type { Violation } from "../model/json-schema.ts";

/** Keywords that only say that what another says was asked for. */
const SILENT: ReadonlySet<string> = new Set(["if"]);

/**
 * What is wrong, in plain words.
 * @param most so many at most
 */
export function violationsIn(
  errors: readonly ErrorObject[],
  root: unknown,
  most: number,
): Violation[] {
  const told = new Map<string, Violation>();
  for (const error of errors) {
    if (told.size >= most) break;
    // About a name of a field: `propertyNames` tells it.
    if (SILENT.has(error.keyword) || error.propertyName !== undefined) continue;
    const parts = partsOf(error.instancePath, root);
    const field = FIELD[error.keyword]?.(error.params as Params);
    const path = pathText(field === undefined ? parts : [...parts, field]);
    const message = `${path === "" ? "the value" : path} ${sentence(error)}`;
    // Two branches may say the same.
    if (!told.has(message)) told.set(message, { path, message, keyword: error.keyword });
  }
  return [...told.values()];
}

type Params = Readonly<Record<string, string | number>>;

/** Keywords that are about a field of the object at which they stand. */
const FIELD: Readonly<Record<string, (params: Params) => string | undefined>> = {
  required: ({ missingProperty }) => String(missingProperty),
  dependentRequired: ({ missingProperty }) => String(missingProperty),
  additionalProperties: ({ additionalProperty }) => String(additionalProperty),
  unevaluatedProperties: ({ unevaluatedProperty }) => String(unevaluatedProperty),
  "false schema": () => undefined,
};

function sentence({ keyword, params, schema, parentSchema, data }: ErrorObject): string {
  const given = params as Params;
  const limit = typeof schema === "number" || typeof schema === "bigint" ? String(schema) : "";
  switch (keyword) {
    case "type":
      return `must be ${or(asList(schema).map((type) => TYPES[shown(type)] ?? shown(type)))}`;
    case "required":
      return "is missing";
    case "dependentRequired":
      return `is missing; it is required where ${named(String(given["property"]))} is there`;
    case "additionalProperties":
    case "unevaluatedProperties": {
      const known = parentSchema?.["properties"];
      const names = isJsonObject(known) ? Object.keys(known) : [];
      return names.length === 0 ? "is not allowed" : `is not allowed; allowed are ${few(names)}`;
    }
    case "additionalItems":
    case "items":
    case "unevaluatedItems":
      return `must have no more than ${counted(Number(given["limit"] ?? given["len"] ?? 0), "item")}`;
    case "minimum":
      return `must be at least ${limit}`;
    case "maximum":
      return `must be at most ${limit}`;
    case "exclusiveMinimum":
      return `must be more than ${limit}`;
    case "exclusiveMaximum":
      return `must be less than ${limit}`;
    case "multipleOf":
      return `must be a multiple of ${limit}`;
    case "minLength":
      return data === ""
        ? "must not be empty"
        : `must have at least ${counted(Number(schema), "character")}`;
    case "maxLength":
      return `must have at most ${counted(Number(schema), "character")}`;
    case "minItems":
      return `must have at least ${counted(Number(schema), "item")}`;
    case "maxItems":
      return `must have at most ${counted(Number(schema), "item")}`;
    case "minProperties":
      return `must have at least ${counted(Number(schema), "field")}`;
    case "maxProperties":
      return `must have at most ${counted(Number(schema), "field")}`;
    case "pattern":
      return `must match the pattern ${String(schema)}`;
    case "format":
      return `must be ${FORMATS[String(schema)] ?? `a valid ${String(schema)}`}`;
    case "enum":
      return `is not allowed; allowed are ${few(asList(schema).map(shown))}`;
    case "const":
      return `must be ${shown(schema as Json)}`;
    case "uniqueItems":
      return "must not have the same item twice";
    case "contains":
      return containing(parentSchema);
    case "propertyNames":
      return `must have no field named ${named(String(given["propertyName"]))}`;
    case "not":
      return "must not be what it is: a value of this kind is ruled out";
    case "anyOf":
    case "oneOf":
      return fitting(keyword, given, asList(schema));
    case "false schema":
      return "is not allowed";
    default:
      return `does not fit the schema (${keyword})`;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
};

const FORMATS: Readonly<Record<string, string>> = {
  date: "a date: 2026-03-01",
  time: "a time: 12:30:00Z",
  "date-time": "a date and time with an offset: 2026-03-01T12:30:00Z",
  "iso-date-time": "a date and time: 2026-03-01T12:30:00Z",
  duration: "a duration: P3DT12H",
  email: "an e-mail address",
  uri: "a URI: https://example.com/",
  url: "a URL: https://example.com/",
  hostname: "a host name",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  uuid: "a UUID",
  regex: "a regular expression",
  byte: "base64",
  int32: "a whole number of 32 bits",
  int64: "a whole number of 64 bits",
};

/** Of alternatives that are types alone, those types. */
function fitting(keyword: string, params: Params, options: readonly unknown[]): string {
  const passing = params["passingSchemas"] as unknown;
  if (keyword === "oneOf" && Array.isArray(passing)) {
    return `must fit only one of the ${options.length} allowed forms, and fits several`;
  }
  const types = options.map((option) =>
    isJsonObject(option) && Object.keys(option).every((name) => name === "type")
      ? TYPES[shown(option["type"] ?? null)]
      : undefined,
  );
  if (types.every((type) => type !== undefined)) return `must be ${or(types)}`;
  const titles = options.map((option) => (isJsonObject(option) ? option["title"] : null));
  const forms = titles.every((title) => typeof title === "string") ? `: ${few(titles)}` : "";
  return `fits none of the ${options.length} allowed forms${forms}`;
}

function containing(schema: ErrorObject["parentSchema"]): string {
  const least = Number(schema?.["minContains"] ?? 1);
  const most = schema?.["maxContains"] as number | undefined;
  const kind = "of the kind that is asked for";
  if (most === undefined) return `must have at least ${counted(least, "item")} ${kind}`;
  return `must have ${least} to ${counted(most, "item")} ${kind}`;
}

/** The most alternatives that a message names. */
const FEW = 20;

const few = (texts: readonly string[]) =>
  texts.length <= FEW
    ? texts.join(", ")
    : `${texts.slice(0, FEW).join(", ")} and ${texts.length - FEW} more`;

const or = (texts: readonly string[]) =>
  texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;

const asList = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? (value as Json[]) : [value as Json];

const shown = (value: Json) => short(typeof value === "string" ? value : jsonText(value));

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;

/** A name that a client chose is no longer than this in a message. */
const LONGEST = 100;

const short = (text: string) => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`);

const named = (name: string) => (SIMPLE.test(name) ? short(name) : JSON.stringify(short(name)));

const SIMPLE = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u;

/** `/lines/2/qty` → lines, 2, qty. */
function partsOf(pointer: string, root: unknown): (string | number)[] {
  let at = root;
  return pointer
    .split("/")
    .slice(1)
    .map((part) => {
      const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
      const key = Array.isArray(at) ? Number(name) : name;
      at = (at as Record<string | number, unknown>)[key];
      return key;
    });
}

/** `lines[2].qty`, `["odd name"].x`. */
function pathText(parts: readonly (string | number)[]): string {
  return parts
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      if (!SIMPLE.test(part)) return `[${JSON.stringify(short(part))}]`;
      return index === 0 ? short(part) : `.${short(part)}`;
    })
    .join("");
}
