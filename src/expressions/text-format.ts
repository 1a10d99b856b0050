import { ExpressionError } from "../model/expression.ts";
import type { Budget } from "./budget.ts";
import type { DeclaredFunction } from "./declared.ts";
import { jsonOf, textOf } from "./json.ts";

/** `%s`, `%d`, `%.2f`; another letter after `%` is a mistake. */
const CLAUSE = /%(?:\.(\d{1,2}))?([^.])?/g;

/** Texts put together. The clauses are those of CEL's string extension. */
export function textFormat(budget: Budget): DeclaredFunction {
  function format(pattern: string, values: readonly unknown[]): string {
    let next = 0;
    const made = pattern.replace(CLAUSE, (_whole, digits: string | undefined, letter = "") => {
      if (letter === "%" && digits === undefined) return "%";
      if (next >= values.length) throw new ExpressionError("format() has too few values");
      const text = written(values[next++], letter as string, digits);
      budget.spend(text.length);
      return text;
    });
    if (next === values.length) return made;
    throw new ExpressionError("format() has more values than its text has places");
  }

  function written(value: unknown, letter: string, digits: string | undefined): string {
    if (letter === "s" && digits === undefined)
      return value === null ? "null" : textOf(jsonOf(value, budget));
    const number = numberOf(value);
    if (letter === "f") return Number(number).toFixed(Number(digits ?? 6));
    if (letter === "e") return exponential(Number(number).toExponential(Number(digits ?? 6)));
    const radix = digits === undefined ? RADIX[letter] : undefined;
    if (radix === undefined) throw new ExpressionError(clauseMistake);
    const text = integerOf(number).toString(radix);
    return letter === "X" ? text.toUpperCase() : text;
  }

  return {
    name: "format",
    form: "(text, list) → text",
    about:
      "The text with the values of a list at its places: `%s` any value, `%d` an integer, `%f` and `%.2f` a fraction, `%e` with an exponent, `%x`, `%X`, `%o`, `%b` an integer to the base 16, 8 or 2, `%%` a percent sign.",
    examples: [
      ["format('%s has %d items for %.2f', ['cart', 3, 9.5])", "cart has 3 items for 9.50"],
      ["'%x %b 100%%'.format([255, 5])", "ff 101 100%"],
    ],
    overloads: [["format(string, list): string", format]],
    literals: { 0: formatMistake },
  };
}

const RADIX: Readonly<Record<string, number>> = { d: 10, x: 16, X: 16, o: 8, b: 2 };

const clauseMistake =
  "format() knows %s, %d, %f, %e, %x, %X, %o, %b and %%, and digits as in %.2f and %.2e";

function formatMistake(text: string): string | null {
  const right = [...text.matchAll(CLAUSE)].every(([clause]) =>
    /^%(?:[sdxXob%]|(?:\.\d+)?[fe])$/.test(clause),
  );
  return right ? null : clauseMistake;
}

function numberOf(value: unknown): number | bigint {
  if (typeof value === "number" || typeof value === "bigint") return value;
  throw new ExpressionError("format() is given what is not a number where a number should be");
}

function integerOf(value: number | bigint): bigint {
  if (typeof value === "bigint") return value;
  if (Number.isInteger(value)) return BigInt(value);
  throw new ExpressionError("format() is given a fraction where an integer should be");
}

/** The exponent with two digits and more, as CEL has it: `1.5e+03`. */
const exponential = (text: string): string => text.replace(/e([+-])(\d)$/, "e$10$2");
