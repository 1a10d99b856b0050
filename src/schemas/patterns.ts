import { RE2JS, RE2JSSyntaxException } from "re2js";
import type { Budget } from "./budget.ts";

/** So many instructions of a pattern's program, each at one character of a text, cost one unit of the budget. */
const INSTRUCTIONS = 2;

/** A pattern in linear time, as ajv takes one: `toString` tells it from others. */
export interface Pattern {
  readonly test: (text: string) => boolean;
  readonly toString: () => string;
}

/** A pattern in the spelling of ECMA-262, as JSON Schema has them. @throws {RE2JSSyntaxException} */
export function patternOf(pattern: string, budget: Budget): Pattern {
  const program = RE2JS.compile(RE2JS.translateRegExp(pattern));
  const size = program.programSize() / INSTRUCTIONS;
  return {
    test(text) {
      budget.spend(text.length * size);
      return program.test(text);
    },
    toString: () => pattern,
  };
}

/** Why RE2 can't take a pattern; null where it can. */
export function patternMistake(pattern: string): string | null {
  try {
    RE2JS.compile(RE2JS.translateRegExp(pattern));
    return null;
  } catch (error) {
    const why = error instanceof RE2JSSyntaxException ? error.error : "it is too large";
    return `RE2 can't take the pattern: ${why}`;
  }
}
