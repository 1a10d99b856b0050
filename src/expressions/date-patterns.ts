import { ExpressionError } from "../model/expression.ts";
import { didYouMean } from "../model/nearest.ts";

/** The parts of a date that a pattern may name, as Unicode has them (UTS 35); those that can be read as well as written. */
const READABLE =
  "yyyy yy M MM MMM MMMM d dd EEE EEEE H HH h hh m mm s ss S SSS a Z ZZ ZZZ o ooo q W WW kkkk".split(
    " ",
  );

/** Those that can only be written. Reading the name of a zone from a text would keep every name for good. */
const WRITTEN_ONLY = "z X x".split(" ");

const WRITABLE = [...READABLE, ...WRITTEN_ONLY];

/** In characters. */
const LONGEST = 100;

/** What is wrong with a pattern that a time is written by; null: nothing. */
export const writingMistake = (pattern: string): string | null => mistakeIn(pattern, WRITABLE);

/**
 * What is wrong with a pattern that a time is read by; null: nothing. Each part may be there once, which also bounds how many
 * ways there are to read a text.
 */
export function readingMistake(pattern: string): string | null {
  const mistake = mistakeIn(pattern, READABLE);
  if (mistake !== null) return mistake;
  const letters = partsOf(pattern).map((part) => part.slice(0, 1));
  const twice = letters.find((letter, at) => letters.indexOf(letter) < at);
  return twice === undefined ? null : `the pattern has "${twice}" more than once`;
}

/** @throws {ExpressionError} without the pattern: where it was computed, that is a value */
export function assertPattern(mistake: string | null): void {
  if (mistake !== null) throw new ExpressionError("the pattern of the date can't be used");
}

function mistakeIn(pattern: string, known: readonly string[]): string | null {
  if (pattern.length > LONGEST) return `a pattern has at most ${LONGEST} characters`;
  if (pattern.split("'").length % 2 === 0) return "the pattern has a ' without its end";
  const wrong = partsOf(pattern).find((part) => !known.includes(part));
  if (wrong === undefined) return null;
  const near = known.includes(wrong.toLowerCase())
    ? `; did you mean "${wrong.toLowerCase()}"?`
    : "";
  return `the pattern has "${wrong}", which is not a part of a date${near || didYouMean(wrong, known)}; letters that stand for themselves are quoted: 'T'`;
}

/** The runs of one letter outside quotes: `d 'of' MMMM` → `d`, `MMMM`. */
const partsOf = (pattern: string): readonly string[] =>
  pattern.replace(/'[^']*'/g, " ").match(/([A-Za-z])\1*/g) ?? [];
