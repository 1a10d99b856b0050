import type { DECIDED, Decided } from "./decided.ts";
import type { Json } from "./json.ts";
import type { TemplatePart } from "./template-parts.ts";
import { ANY, type ValueType } from "./value-type.ts";

/**
 * The names that an expression sees. A plain object made by the runner:
 * `trigger`, `steps`, `vars`, `run`, `secrets`, inside a loop `each` (or its `as` name), inside an `onError` list `error`.
 * Beside them, what the run has decided.
 */
export type Scope = Readonly<Record<string, unknown>> & { readonly [DECIDED]?: Decided };

/** A bare expression, compiled when the configuration was loaded. */
export interface Expression {
  readonly kind: "expression";
  /** As written, for the history and for messages. */
  readonly source: string;
  /** Set where all that it gives is `raw(…)`: in a URL, a text that is an address or a path already. */
  readonly raw?: true;
  /** Of an object that is written out: its names in their order. An object's own order has names of digits first. */
  readonly names?: readonly string[];
  /** @throws {ExpressionError} when a value is missing, of a wrong type, or not finite */
  evaluate(scope: Scope): Json;
}

/** Text of the configuration that may hold `${{ … }}`, compiled. */
export interface Template {
  /** True when there is no expression in it: `evaluate` gives the same for every scope. */
  readonly constant: boolean;
  /** The texts and expressions that it is made of, in order. */
  readonly pieces: readonly (string | Expression)[];
  /** @throws {ExpressionError} */
  evaluate(scope: Scope): Json;
}

/** Why an evaluation failed: a value is not what it should be, or it would cost more than `limits.expression`. */
export type ExpressionErrorCode = "EXPRESSION_ERROR" | "EXPRESSION_LIMIT";

/** Thrown when evaluating fails. Its message names the expression and what is wrong with it. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  readonly code: ExpressionErrorCode;

  constructor(message: string, code: ExpressionErrorCode = "EXPRESSION_ERROR") {
    super(message);
    this.code = code;
  }
}

/**
 * The value of a test. Nothing is taken for true or false that is not.
 * @param source the test as written, for the message
 * @throws {ExpressionError}
 */
export function asBoolean(value: Json, source: string): boolean {
  if (typeof value === "boolean") return value;
  throw new ExpressionError(`${source}: should be true or false, but is ${kindOf(value)}`);
}

function kindOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return "a text";
  return typeof value === "boolean" ? "a boolean" : "a number";
}

/** Something wrong in an expression's text, `offset` characters from its start. */
export interface Mistake {
  readonly offset: number;
  readonly message: string;
}

/** Something in an expression's text that may be wrong. */
export interface Doubt extends Mistake {
  /** What is read without being asked for, and may not be there: `trigger.data.subtitle`, `steps.found`; null: it is another doubt. */
  readonly unasked: string | null;
}

/** What an expression tells of itself beside its value. */
export interface Told {
  /** Names that it reads as `secrets.NAME`. */
  readonly secrets: readonly string[];
  readonly doubts: readonly Doubt[];
  /** What it asks for, by `has`, `.?` or `in`, or by a comparison with null: `trigger.data.subtitle`, `steps.found`. */
  readonly asked: readonly string[];
  /** The results and variables that it reads: `steps.found`, `vars.total`; `steps.*` where it reads them all. */
  readonly reads: readonly string[];
  /** What is known of its value. */
  readonly type: ValueType;
}

/** See `Told`. An expression that has nothing to tell. */
export const NOTHING_TOLD: Told = {
  secrets: [],
  doubts: [],
  asked: [],
  reads: [],
  type: ANY,
};

/**
 * The known shape of a value: a scalar type, anything (`dyn`), a list, or an object with just these fields.
 *
 *     { params: { values: "dyn" }, collection: "string" }
 */
export type Shape =
  "dyn" | "string" | "bool" | "double" | "list" | "map" | { readonly [field: string]: Shape };

/** The names that an expression may use at its place in a workflow. */
export interface Names {
  /** The fields of `trigger`, by trigger type. */
  readonly trigger: Shape;
  /** Ids of steps that are done before this one on every way to it, whose result may be read. */
  readonly steps: readonly string[];
  /** Those among them that may have failed all the same, so that their result is null. */
  readonly unsure: readonly string[];
  /** Ids of the workflow's other steps: later, or in another branch. Only for messages. */
  readonly outOfReach: readonly string[];
  readonly vars: readonly string[];
  /** `each` and `as` names of the loops around. */
  readonly loops: readonly string[];
  /** Inside an `onError` list, where `error` is known. */
  readonly error: boolean;
  /** Types that documents tell, by path: `trigger.data`, `steps.found`. */
  readonly types: ReadonlyMap<string, ValueType>;
}

/** The result of compiling: the compiled value and what it tells, or the mistakes in the text. */
export type Compiled<T> =
  | { readonly ok: true; readonly value: T; readonly told: Told }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** The type that a bare expression must give: true or false, or what a loop can go over (a list, a number, an object). */
export type ExpectedType = "bool" | "range";

/** Compiles the two kinds of text that hold expressions. Handed to whoever loads workflows. */
export interface ExpressionLanguage {
  /**
   * The text of `if:`, `while:`, `over:`.
   * @param expected what its value must be; null: anything
   */
  expression(text: string, names: Names, expected: ExpectedType | null): Compiled<Expression>;
  /** Any other text, split by `templateParts`. One that is a single `${{ … }}` keeps the value's type. */
  template(parts: readonly TemplatePart[], names: Names): Compiled<Template>;
}
