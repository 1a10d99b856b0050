import { didYouMean } from "../model/nearest.ts";

/** Whether a literal text is one of some words: `the unit "weak" is not known; did you mean "week"?`, or null. */
export const oneOf =
  (what: string, words: readonly string[]) =>
  (text: string): string | null =>
    words.includes(text)
      ? null
      : `the ${what} "${text}" is not known${didYouMean(text, words) || `; it is one of ${words.join(", ")}`}`;
