import type { Budget } from "./budget.ts";
import { calendarFunctions } from "./calendar.ts";
import { type Chance, chanceFunctions } from "./chance.ts";
import { finite } from "./finite.ts";
import { type OwnFunction, TIME, ownName } from "./own-function.ts";
import { dateFunctions } from "./dates.ts";
import type { DeclaredFunction } from "./declared.ts";
import { encodingFunctions } from "./encodings.ts";
import { listFunctions } from "./lists.ts";
import type { Patterns } from "./patterns.ts";
import { textFormat } from "./text-format.ts";
import { textFunctions } from "./texts.ts";
import { timeFunctions } from "./times.ts";

const DURATION = "google.protobuf.Duration";

/**
 * The functions that cel-js lacks without a word of its own: times and durations as text, and functions of an integer for
 * doubles, since JSON numbers are doubles. Also the replacements of functions of its own.
 */
export function ownFunctions(patterns: Patterns, budget: Budget): readonly OwnFunction[] {
  return [
    [`string(${TIME}): string`, (time: Date) => time.toISOString()],
    [`string(${DURATION}): string`, String],
    // It is the identity: only templates of URLs look at its name.
    ["raw(dyn): dyn", (value: unknown) => value],
    ["matches(string, string): bool", patterns.test],
    [`string.${ownName("matches")}(string): bool`, patterns.test],
    [`${ownName("double")}(dyn): double`, finiteDouble],
    ...textFunctions(budget),
    ...timeFunctions(budget),
  ];
}

/** The functions beside CEL's own that the reference lists, in its order. */
export const declaredFunctions = (
  chance: Chance,
  patterns: Patterns,
  budget: Budget,
): readonly DeclaredFunction[] => [
  ...chanceFunctions(chance),
  ...dateFunctions(budget),
  ...calendarFunctions(budget),
  ...encodingFunctions(budget),
  textFormat(budget),
  extraction(patterns),
  ...listFunctions(budget),
];

/** `extract`: what a pattern finds. */
const extraction = ({ extract, mistake }: Patterns): DeclaredFunction => ({
  name: "extract",
  form: "(text, pattern) → text, list or object",
  about:
    "The first place in a text that a regular expression (RE2) finds: its text; of a pattern with groups, the list of their texts; of one with named groups, an object of them. A group that took no part is null, and so is the whole without a find.",
  examples: [
    ["extract('order 123', '[0-9]+')", "123"],
    ["extract('2026-03', '([0-9]+)-([0-9]+)')", ["2026", "03"]],
    ["'key=value'.extract('(?P<name>[^=]+)=(?P<value>.*)').value", "value"],
    ["extract('order', '[0-9]+') == null", true],
  ],
  overloads: [["extract(string, string): dyn", extract]],
  literals: { 1: mistake },
});

/** `double()` without its ways to infinity: `double("inf")`, `double("nan")`. */
function finiteDouble(value: unknown): number {
  if (typeof value === "string" && (value === "" || value !== value.trim())) return finite(NaN);
  if (typeof value === "boolean" || value === null || value instanceof Date) return finite(NaN);
  return finite(Number(value));
}
