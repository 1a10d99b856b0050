import { LRUCache } from "lru-cache";
import { RE2JS, RE2JSSyntaxException } from "re2js";
import { ExpressionError } from "../model/expression.ts";
import type { Budget } from "./budget.ts";

/** The longest pattern that an expression may compute, perhaps from a request. In characters. */
const LONGEST_COMPUTED = 1_000;

/** So many instructions of a pattern's program, each at one character of a text, cost one unit of the budget. */
const INSTRUCTIONS = 2;

/** Regular expressions in linear time. */
export interface Patterns {
  /**
   * Whether a pattern is found in a text.
   * @throws {ExpressionError} when RE2 can't take the pattern, or it was computed and is too long
   */
  readonly test: (text: string, pattern: string) => boolean;
  /** The mistake in a pattern, or null. A valid pattern is kept compiled. */
  readonly mistake: (pattern: string) => string | null;
}

/** Patterns compiled once: literal ones when the configuration is loaded, computed ones in a bounded cache. */
export function re2Patterns(budget: Budget): Patterns {
  const literal = new Map<string, RE2JS>();
  const computed = new LRUCache<string, RE2JS>({ max: 500 });

  const compiled = (pattern: string): RE2JS => {
    const known = literal.get(pattern) ?? computed.get(pattern);
    if (known) return known;
    if (pattern.length > LONGEST_COMPUTED) {
      throw new ExpressionError(`a computed pattern has at most ${LONGEST_COMPUTED} characters`);
    }
    const fresh = compile(pattern);
    computed.set(pattern, fresh);
    return fresh;
  };
  return {
    test(text, pattern) {
      const program = compiled(pattern);
      budget.spend((text.length * program.programSize()) / INSTRUCTIONS);
      return program.test(text);
    },
    mistake(pattern) {
      try {
        literal.set(pattern, compile(pattern));
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    },
  };
}

/** The message is without the pattern: where it was computed, that is a value. */
function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const why = error instanceof RE2JSSyntaxException ? error.error : "it is too large";
    throw new ExpressionError(`RE2 can't take the pattern: ${why}`);
  }
}
