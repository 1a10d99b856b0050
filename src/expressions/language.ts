import {
  EvaluationError,
  type Environment,
  ParseError,
  type ParseResult,
} from "@marcbachmann/cel-js";
import {
  type Compiled,
  ExpressionError,
  type ExpressionLanguage,
  type Expression,
  type Mistake,
  type Names,
  type Scope,
  type Shape,
  type Template,
} from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import type { TemplatePart } from "../model/template-parts.ts";
import { celEnvironment, withTrigger } from "./environment.ts";
import { jsonOf, textOf } from "./json.ts";
import { readNames } from "./names.ts";
import { MATCHES, re2Patterns } from "./patterns.ts";

const LONGEST = 10_000;

/**
 * CEL, the Common Expression Language, checked as far as it can be before any request comes. SPEC, section 10.
 * @param now the time that `now()` gives
 */
export function celLanguage(now: () => Date): ExpressionLanguage {
  const patterns = re2Patterns();
  const environment = celEnvironment(now, patterns);
  const typed = new Map<Shape, Environment>();
  const checking = (shape: Shape) => {
    const known = typed.get(shape) ?? withTrigger(environment, shape);
    typed.set(shape, known);
    return known;
  };

  const compile = (text: string, names: Names, expected: "bool" | null): Compiled<Expression> => {
    const parsed = parse(environment, text);
    if ("mistake" in parsed) return refused([parsed.mistake]);

    const report = readNames(parsed.ast, names);
    const bad = report.patterns.flatMap(({ pattern, offset }) => {
      const message = patterns.mistake(pattern);
      return message === null ? [] : [{ offset, message }];
    });
    if (report.mistakes.length + bad.length > 0) return refused([...report.mistakes, ...bad]);

    const renamed = report.matchCalls.reduce(rename, text);
    const mistake = typeMistake(checking(names.trigger), renamed, expected);
    if (mistake) return refused([mistake]);
    const value = expressionOf(text, environment.parse(renamed));
    return { ok: true, value, secrets: report.secrets };
  };

  return {
    expression: compile,
    template: (parts, names) => templateOf(parts, (text) => compile(text, names, null)),
  };
}

const refused = (mistakes: readonly Mistake[]) => ({ ok: false, mistakes }) as const;

/** Puts our `matches` in place of cel-js's at one offset. */
const rename = (text: string, offset: number) =>
  text.slice(0, offset) + MATCHES + text.slice(offset + MATCHES.length);

function parse(
  environment: Environment,
  text: string,
): { ast: ParseResult["ast"] } | { mistake: Mistake } {
  if (text.trim() === "") return { mistake: { offset: 0, message: "an expression is missing" } };
  if (text.length > LONGEST) {
    return { mistake: { offset: 0, message: `an expression has at most ${LONGEST} characters` } };
  }
  try {
    return { ast: environment.parse(text).ast };
  } catch (error) {
    return { mistake: mistakeOf(error) };
  }
}

function typeMistake(
  environment: Environment,
  text: string,
  expected: "bool" | null,
): Mistake | null {
  const { valid, type, error } = environment.check(text);
  if (!valid) return mistakeOf(error);
  if (expected === null || type === expected || type === "dyn") return null;
  return { offset: 0, message: `should be true or false, but is of type ${type}` };
}

function mistakeOf(error: unknown): Mistake {
  const { summary, range } = error as Partial<ParseError>;
  const message = (summary ?? (error as Error).message).replaceAll(MATCHES, "matches");
  return { offset: range?.start ?? 0, message: lowerFirst(message) };
}

function expressionOf(source: string, compiled: ParseResult): Expression {
  return {
    kind: "expression",
    source: source.trim(),
    evaluate(scope: Scope): Json {
      try {
        return jsonOf(compiled(scope));
      } catch (error) {
        throw new ExpressionError(`${source.trim()}: ${reason(error)}`, { cause: error });
      }
    },
  };
}

/** What went wrong, without the value it went wrong on: that may be a secret. */
function reason(error: unknown): string {
  const text = error instanceof EvaluationError ? error.summary : (error as Error).message;
  return lowerFirst(text.replaceAll(MATCHES, "matches"));
}

const lowerFirst = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);

function templateOf(
  parts: readonly TemplatePart[],
  compile: (text: string) => Compiled<Expression>,
): Compiled<Template> {
  const mistakes: Mistake[] = [];
  const secrets: string[] = [];
  const compiled = parts.map((part): string | Expression => {
    if (part.kind === "text") return part.text;
    if (part.kind === "unclosed") {
      mistakes.push({ offset: part.offset, message: "${{ has no end: }} is missing" });
      return "";
    }
    const result = compile(part.text);
    if (!result.ok) {
      mistakes.push(...result.mistakes.map((m) => ({ ...m, offset: m.offset + part.offset })));
      return "";
    }
    secrets.push(...result.secrets);
    return result.value;
  });
  return mistakes.length > 0 ? refused(mistakes) : { ok: true, value: joined(compiled), secrets };
}

function joined(parts: readonly (string | Expression)[]): Template {
  const expressions = parts.filter((part) => typeof part !== "string");
  const [only] = expressions;
  const text = parts.filter((part) => typeof part === "string").join("");
  const literalPrefix = typeof parts[0] === "string" ? parts[0] : "";
  if (only === undefined) return { constant: true, literalPrefix: text, evaluate: () => text };
  if (expressions.length === 1 && text.trim() === "") {
    return { constant: false, literalPrefix: "", evaluate: (scope) => only.evaluate(scope) };
  }
  return {
    constant: false,
    literalPrefix,
    evaluate: (scope) =>
      parts
        .map((part) => (typeof part === "string" ? part : textOf(part.evaluate(scope))))
        .join(""),
  };
}
