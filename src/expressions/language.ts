import type { ASTNode, Environment, ParseError, ParseResult } from "@marcbachmann/cel-js";
import {
  type Compiled,
  type ExpectedType,
  type Expression,
  ExpressionError,
  type ExpressionLanguage,
  type Mistake,
  type Names,
  type Scope,
  type Shape,
  type Template,
} from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import type { TemplatePart } from "../model/template-parts.ts";
import { ANY } from "../model/value-type.ts";
import { adapt, loosenTernaries } from "./adapt.ts";
import { type Budget, budgetOf } from "./budget.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { literalsOf, signaturesOf } from "./declared.ts";
import { celEnvironment, functionNames, withTrigger } from "./environment.ts";
import { lowerFirst, reasonOf } from "./failure.ts";
import { declaredFunctions, ownFunctions } from "./functions.ts";
import { jsonOf } from "./json.ts";
import { meterOperations } from "./metering.ts";
import { readNames } from "./names.ts";
import { children } from "./path.ts";
import { readResults } from "./result-reads.ts";
import { re2Patterns } from "./patterns.ts";
import { readable } from "./readable.ts";
import { templateOf } from "./template.ts";
import { leafType, withTypedLeaves } from "./typed-leaves.ts";
import { readTypes } from "./type-report.ts";
import { typeOf } from "./types.ts";

/** In characters. */
const LONGEST = 10_000;
const LONGEST_QUOTE = 200;

type Expected = ExpectedType | null;

/**
 * CEL, the Common Expression Language, checked as far as it can be before any request comes. See docs/workflows.md,
 * "Expressions".
 * @param now the time that `now()` gives outside a run
 * @param limit the most that one evaluation may cost: `limits.expression`
 */
export function celLanguage(now: () => Date, limit: number): ExpressionLanguage {
  const budget = budgetOf(limit);
  const patterns = re2Patterns(budget);
  const chance = chanceOf(now);
  const declared = declaredFunctions(chance, patterns, budget);
  const environment = celEnvironment(
    [...ownFunctions(patterns, budget), ...declared.flatMap(signaturesOf)],
    budget,
  );
  const functions = {
    names: functionNames(environment),
    literals: literalsOf([...declared, { name: "matches", literals: { 1: patterns.mistake } }]),
  };
  const parse = environment.parse.bind(environment);
  const typed = new Map<Shape, Environment>();
  const checking = (shape: Shape) => {
    const known = typed.get(shape) ?? withTrigger(environment, shape);
    typed.set(shape, known);
    return known;
  };

  const compile = (text: string, names: Names, expected: Expected): Compiled<Expression> => {
    const parsed = parsedOf(environment, text);
    if ("mistake" in parsed) return refused([parsed.mistake]);

    const report = readNames(parsed.ast, names, functions);
    if (report.mistakes.length > 0) return refused(report.mistakes);

    const { doubts, asked, mistakes } = readTypes(parsed.ast, names.types);
    if (mistakes.length > 0) return refused(mistakes);
    const checked = checkedType(checking(names.trigger), text, names.types);
    if ("mistake" in checked) return refused([checked.mistake]);
    const misfit = misfitOf(checked.type, expected);
    if (misfit) return refused([misfit]);
    const results = readResults(parsed.ast, names.unsure);
    const told = {
      secrets: report.secrets,
      reads: results.reads,
      doubts: [...results.doubts, ...doubts],
      asked: [...results.asked, ...asked],
      type: names.types.size === 0 ? ANY : (typeOf(parsed.ast, names.types) ?? ANY),
    };
    const raw = isRaw(parsed.ast);
    const written = writtenNames(parsed.ast);
    const adapted = adapt(parsed, parse);
    meterOperations(adapted.ast, budget);
    const value = {
      ...expressionOf(text, adapted, expected, { budget, chance }),
      ...(written !== null && { names: written }),
    };
    return { ok: true, value: raw ? { ...value, raw } : value, told };
  };

  return {
    expression: compile,
    template: (parts: readonly TemplatePart[], names): Compiled<Template> =>
      templateOf(parts, (text) => compile(text, names, null), limit),
  };
}

const refused = (mistakes: readonly Mistake[]) => ({ ok: false, mistakes }) as const;

function parsedOf(environment: Environment, text: string): ParseResult | { mistake: Mistake } {
  if (text.trim() === "") return { mistake: { offset: 0, message: "an expression is missing" } };
  if (text.length > LONGEST) {
    return { mistake: { offset: 0, message: `an expression has at most ${LONGEST} characters` } };
  }
  try {
    return environment.parse(text);
  } catch (error) {
    return { mistake: mistakeOf(error) };
  }
}

/** cel-js's word for the type of what an expression gives; undefined where it has none. */
function checkedType(
  environment: Environment,
  text: string,
  types: Names["types"],
): { readonly type: string | undefined } | { readonly mistake: Mistake } {
  const parse = environment.parse.bind(environment);
  const typed = () => withTypedLeaves(parse(text), types, parse);
  const strict = typed().check();
  const mixed = strict.error?.code === "incompatible_ternary_branches";
  const { valid, type, error } = mixed ? loosenTernaries(typed(), parse).check() : strict;
  if (!valid) return { mistake: mistakeOf(error) };
  return { type: leafType(parse(text).ast, types) ?? type };
}

function misfitOf(type: string | undefined, expected: Expected): Mistake | null {
  if (expected === null || type === undefined || FITS[expected](type)) return null;
  return { offset: 0, message: `should be ${FORMS[expected]}, but is of type ${type}` };
}

/** Types that no loop can go over. */
const NO_RANGE: ReadonlySet<string> = new Set([
  "bool",
  "string",
  "bytes",
  "null",
  "type",
  "google.protobuf.Timestamp",
  "google.protobuf.Duration",
]);

const FITS: Readonly<Record<ExpectedType, (type: string) => boolean>> = {
  bool: (type) => type === "bool" || type === "dyn",
  range: (type) => !NO_RANGE.has(type),
};

const FORMS: Readonly<Record<ExpectedType, string>> = {
  bool: "true or false",
  range: "a list, a number of times or an object",
};

function mistakeOf(error: unknown): Mistake {
  const { summary, range } = error as Partial<ParseError>;
  return { offset: range?.start ?? 0, message: lowerFirst(summary ?? (error as Error).message) };
}

/** Whether `raw(…)` is all that it gives: alone, or on both sides of a choice. */
function isRaw({ op, args }: ASTNode): boolean {
  if (op === "call") return args[0] === "raw";
  return op === "?:" && isRaw(args[1]) && isRaw(args[2]);
}

/** The names of an object literal, in their order; null of what is something else, or has names that are computed. */
function writtenNames({ op, args }: ASTNode): readonly string[] | null {
  if (op !== "map") return null;
  const names = args.map(([name]) => (name.op === "value" ? String(name.args) : null));
  return names.every((name) => name !== null) ? [...new Set(names)] : null;
}

function expressionOf(
  text: string,
  compiled: ParseResult,
  expected: Expected,
  { budget, chance }: { readonly budget: Budget; readonly chance: Chance },
): Expression {
  const source = text.trim();
  const quoted = source.length > LONGEST_QUOTE ? `${source.slice(0, LONGEST_QUOTE)}…` : source;
  const evaluated = evaluator(compiled, budget);
  return {
    kind: "expression",
    source,
    evaluate(scope: Scope): Json {
      try {
        budget.begin();
        chance.begin(scope);
        const value = jsonOf(evaluated(scope), budget);
        if (expected !== "bool" || typeof value === "boolean") return value;
        throw new ExpressionError("should be true or false, but is not");
      } catch (error) {
        // Without its cause: cel-js's own message may hold a secret's value.
        const { code } = error instanceof ExpressionError ? error : { code: undefined };
        throw new ExpressionError(`${quoted}: ${reasonOf(error, scope)}`, code);
      }
    },
  };
}

/**
 * Evaluates on a scope that cel-js can read. Where nothing hides an error, looking the scope through waits until there is
 * one, as hardly any object has a field `constructor`; `.?` would take the error for an absence.
 */
function evaluator(compiled: ParseResult, budget: Budget): (scope: Scope) => unknown {
  if (asksForAbsence(compiled.ast)) return (scope) => compiled(readable(scope, budget));
  return (scope) => {
    try {
      return compiled(scope);
    } catch (error) {
      if (budget.isSpent()) throw error;
      const same = readableOr(scope, error, budget);
      if (same === scope) throw error;
      return compiled(same);
    }
  };
}

/** @throws the error that is there already, where looking the scope through would cost too much */
function readableOr(scope: Scope, error: unknown, budget: Budget): Scope {
  budget.begin();
  try {
    return readable(scope, budget);
  } catch {
    throw error;
  }
}

const asksForAbsence = (node: ASTNode): boolean =>
  node.op === ".?" || node.op === "[?]" || children(node).some(asksForAbsence);
