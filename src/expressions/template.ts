import {
  type Compiled,
  type Expression,
  ExpressionError,
  type Mistake,
  type Template,
  type Told,
} from "../model/expression.ts";
import type { TemplatePart } from "../model/template-parts.ts";
import { scalar } from "../model/value-type.ts";
import { textOf } from "./json.ts";

/**
 * Puts a template together: alone, white space aside, an expression keeps its value's type; inside text it becomes text.
 * Mistakes have their place in the whole text.
 * @param limit how many characters may be made: `limits.expression`
 */
export function templateOf(
  parts: readonly TemplatePart[],
  compile: (text: string) => Compiled<Expression>,
  limit: number,
): Compiled<Template> {
  const mistakes: Mistake[] = [];
  const told: Told[] = [];
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
    told.push(from(part.offset, result.told));
    return result.value;
  });
  return mistakes.length > 0
    ? { ok: false, mistakes }
    : { ok: true, value: joined(compiled, limit), told: together(told, isAlone(compiled)) };
}

/** What an expression tells, with the places of its doubts in the whole text. */
const from = (start: number, { doubts, ...rest }: Told): Told => ({
  ...rest,
  doubts: doubts.map((doubt) => ({ ...doubt, offset: doubt.offset + start })),
});

/** Whether an expression stands alone, so that it keeps its value's type. */
const isAlone = (pieces: readonly (string | Expression)[]): boolean =>
  pieces.filter((piece) => typeof piece !== "string").length === 1 &&
  pieces.every((piece) => typeof piece !== "string" || piece.trim() === "");

const together = (all: readonly Told[], alone: boolean): Told => ({
  secrets: all.flatMap(({ secrets }) => secrets),
  doubts: all.flatMap(({ doubts }) => doubts),
  asked: all.flatMap(({ asked }) => asked),
  reads: all.flatMap(({ reads }) => reads),
  type: (alone ? all[0]?.type : null) ?? scalar("text"),
});

function joined(parts: readonly (string | Expression)[], limit: number): Template {
  const only = parts.find((part) => typeof part !== "string");
  const text = parts.filter((part) => typeof part === "string").join("");
  if (only === undefined) return { constant: true, pieces: parts, evaluate: () => text };
  if (isAlone(parts)) {
    return { constant: false, pieces: parts, evaluate: (scope) => only.evaluate(scope) };
  }
  return {
    constant: false,
    pieces: parts,
    evaluate(scope) {
      const texts = parts.map((part) =>
        typeof part === "string" ? part : textOf(part.evaluate(scope)),
      );
      const made = texts.reduce((sum, { length }) => sum + length, 0);
      if (made <= limit) return texts.join("");
      throw new ExpressionError(
        `${quoted(parts)}: it makes more characters than limits.expression (${limit})`,
        "EXPRESSION_LIMIT",
      );
    },
  };
}

/** A template as it is written, shortened. */
function quoted(parts: readonly (string | Expression)[]): string {
  const text = parts
    .map((part) => (typeof part === "string" ? part : `\${{ ${part.source} }}`))
    .join("");
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}

const LONGEST_QUOTE = 200;
