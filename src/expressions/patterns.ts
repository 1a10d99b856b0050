import { LRUCache } from "lru-cache";
import { RE2JS, RE2JSSyntaxException } from "re2js";
import { ExpressionError } from "../model/expression.ts";
import type { Budget } from "./budget.ts";

/** The longest pattern that an expression may compute, perhaps from a request. In characters. */
const LONGEST_COMPUTED = 1_000;

/** So many instructions of a pattern's program, each at one character of a text, cost one unit of the budget. */
const INSTRUCTIONS = 2;

/** To say where groups are found costs so many times what it costs to say whether the whole is. */
const WITH_GROUPS = 3;

/** Regular expressions in linear time. */
export interface Patterns {
  /**
   * Whether a pattern is found in a text.
   * @throws {ExpressionError} when RE2 can't take the pattern, or it was computed and is too long
   */
  readonly test: (text: string, pattern: string) => boolean;
  /**
   * The first place in a text where a pattern is found: its text, or with groups their texts, by name where they have names;
   * null without one. A group that took no part is null.
   * @throws {ExpressionError} as `test` does
   */
  readonly extract: (
    text: string,
    pattern: string,
  ) => string | null | readonly (string | null)[] | ReadonlyMap<string, string | null>;
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
  const metered = (text: string, pattern: string, times = 1): RE2JS => {
    const program = compiled(pattern);
    budget.spend((times * text.length * program.programSize()) / INSTRUCTIONS);
    return program;
  };
  return {
    test: (text, pattern) => metered(text, pattern).test(text),
    extract(text, pattern) {
      const program = metered(text, pattern, WITH_GROUPS);
      const found = program.matcher(text);
      if (!found.find()) return null;
      const names = Object.keys(program.namedGroups());
      if (names.length > 0) return new Map(names.map((name) => [name, found.group(name)]));
      const count = found.groupCount();
      if (count === 0) return found.group();
      return Array.from({ length: count }, (_, at) => found.group(at + 1));
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
