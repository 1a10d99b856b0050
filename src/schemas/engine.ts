import { Ajv2020 } from "ajv/dist/2020.js";
import {
  type AnySchema,
  type CodeKeywordDefinition,
  type Format,
  type KeywordCxt,
  type ValidateFunction,
  _,
} from "ajv";
import type { DataValidationCxt } from "ajv/dist/types/index.js";
import formats, { type FormatsPlugin } from "ajv-formats";
import type { Json } from "../model/json.ts";
import type { Budget } from "./budget.ts";
import { type StandIns, identityOf, isMultiple } from "./exact.ts";
import { patternMistake, patternOf } from "./patterns.ts";

/** Texts longer than this fit no format, except those that hold bytes. Expressions of formats may be slow. */
const LONGEST = 4_096;
/** What it costs to follow a `$ref`. */
const REFERENCE = 15;
const UNBOUNDED: ReadonlySet<string> = new Set(["byte", "binary", "password"]);

/** ajv as values are checked with it: exact numbers, own fields only, patterns on RE2, nothing coerced or filled in. */
export function engine(budget: Budget, { original }: StandIns): Ajv2020 {
  const regExp = Object.assign((pattern: string) => patternOf(pattern, budget), {
    code: "pattern",
  });
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: false,
    ownProperties: true,
    validateSchema: false,
    addUsedSchema: false,
    logger: false,
    code: { regExp },
  });
  (formats as unknown as FormatsPlugin)(ajv);
  for (const [name, format] of Object.entries(ajv.formats)) {
    if (format !== undefined && !UNBOUNDED.has(name)) ajv.addFormat(name, bounded(format));
  }
  ajv.addFormat("int64", { type: "number", validate: (integer: number) => isInt64(integer) });
  ajv.addFormat("regex", (text) => text.length <= LONGEST && patternMistake(text) === null);

  /** The number that a double stands for. */
  const exact = (value: number, { parentData, parentDataProperty }: DataValidationCxt) => {
    const holder = original(parentData) as Record<string, unknown>;
    const held = holder[String(parentDataProperty)];
    return typeof held === "bigint" ? held : value;
  };
  const whole = (value: Json, context: DataValidationCxt): Json => {
    if (typeof value === "number") return exact(value, context);
    return typeof value === "object" && value !== null ? (original(value) as Json) : value;
  };
  type Amount = number | bigint;
  const compare = (keyword: string, holds: (value: Amount, limit: Amount) => boolean) =>
    own(ajv, keyword, "number", (limit: Amount, value: number, context) =>
      holds(exact(value, context), limit),
    );
  compare("minimum", (value, limit) => value >= limit);
  compare("maximum", (value, limit) => value <= limit);
  compare("exclusiveMinimum", (value, limit) => value > limit);
  compare("exclusiveMaximum", (value, limit) => value < limit);
  compare("multipleOf", isMultiple);

  const identified = (value: Json): string => {
    const identity = identityOf(value);
    budget.spend(identity.length);
    return identity;
  };
  const allowed = new WeakMap<object, ReadonlySet<string>>();
  own(ajv, "enum", null, (values: readonly Json[], value: Json, context) => {
    const known = allowed.get(values) ?? new Set(values.map(identityOf));
    allowed.set(values, known);
    return known.has(identified(whole(value, context)));
  });
  own(
    ajv,
    "const",
    null,
    (wanted: Json, value: Json, context) =>
      identityOf(wanted) === identified(whole(value, context)),
  );
  own(ajv, "uniqueItems", "array", (unique: boolean, list: readonly Json[]) => {
    if (!unique || list.length < 2) return true;
    return new Set((original(list) as Json[]).map(identified)).size === list.length;
  });

  for (const keyword of ["anyOf", "oneOf", "contains"]) {
    around(ajv, keyword, (context) => {
      const tell = context.error.bind(context);
      // What is wrong with each of the alternatives is noise.
      context.error = (...given) => {
        context.reset();
        tell(...given);
      };
    });
  }
  const turn = () => budget.spend(REFERENCE);
  around(ajv, "$ref", ({ gen }) => void gen.code(_`${gen.scopeValue("func", { ref: turn })}()`));
  return ajv;
}

/** Of a stand-in, which is at or below what it stands for. */
const isInt64 = (value: number) =>
  Number.isInteger(value) && -(2 ** 63) <= value && value < 2 ** 63;

function bounded(format: Format): Format {
  if (format instanceof RegExp) return bounded((text: string) => format.test(text));
  if (typeof format === "function") {
    return (text) => text.length <= LONGEST && format(text);
  }
  if (typeof format !== "object" || format.async === true || format.type === "number") {
    return format;
  }
  const { validate } = format;
  const test =
    validate instanceof RegExp
      ? (text: string) => validate.test(text)
      : typeof validate === "function"
        ? (validate as (text: string) => boolean)
        : null;
  return test === null ? format : (text: string) => text.length <= LONGEST && test(text);
}

/** Replaces a keyword of ajv. */
function own(
  ajv: Ajv2020,
  keyword: string,
  type: "number" | "array" | null,
  validate: (schema: never, value: never, context: DataValidationCxt) => boolean,
): void {
  ajv.removeKeyword(keyword);
  ajv.addKeyword({
    keyword,
    ...(type !== null && { type }),
    errors: false,
    validate: (schema: unknown, value: unknown, _parent: unknown, context?: DataValidationCxt) =>
      context !== undefined && validate(schema as never, value as never, context),
  });
}

/** Does something before a keyword of ajv is compiled. */
function around(ajv: Ajv2020, keyword: string, before: (context: KeywordCxt) => void): void {
  const definition = ajv.getKeyword(keyword) as CodeKeywordDefinition;
  ajv.removeKeyword(keyword);
  ajv.addKeyword({
    ...definition,
    keyword,
    ...(keyword === "contains" && { before: "unevaluatedItems" }),
    code(context, ruleType) {
      before(context);
      definition.code(context, ruleType);
    },
  });
}

/** Calls what ajv compiled, in a way that a number which is the whole value has a place as well. */
export const fits = (
  validate: ValidateFunction,
  value: unknown,
  holder: Record<string, unknown>,
): boolean =>
  validate(value, {
    instancePath: "",
    parentData: holder,
    parentDataProperty: "value",
    rootData: value as AnySchema as Record<string, unknown>,
    dynamicAnchors: {},
  });
