import { LRUCache } from "lru-cache";
import { RE2JS } from "re2js";

/**
 * The method that `matches` is renamed to while compiling, since cel-js lets nobody override its own. It has as many
 * letters, so that offsets stay true.
 */
export const MATCHES = "re2test";

/** Regular expressions in linear time. */
export interface Patterns {
  /** Whether a pattern is found in a text. @throws when RE2 can't take the pattern */
  readonly test: (text: string, pattern: string) => boolean;
  /** What is wrong with a pattern, or null. A good one is kept compiled. */
  readonly mistake: (pattern: string) => string | null;
}

/** Patterns compiled once: literal ones when the configuration is loaded, computed ones in a bounded cache. */
export function re2Patterns(): Patterns {
  const literal = new Map<string, RE2JS>();
  const computed = new LRUCache<string, RE2JS>({ max: 500 });

  const compiled = (pattern: string) => {
    const known = literal.get(pattern) ?? computed.get(pattern);
    if (known) return known;
    const fresh = RE2JS.compile(pattern);
    computed.set(pattern, fresh);
    return fresh;
  };
  return {
    test: (text, pattern) => compiled(pattern).matcher(text).find(),
    mistake(pattern) {
      try {
        literal.set(pattern, RE2JS.compile(pattern));
        return null;
      } catch (error) {
        return `RE2 can't take this pattern: ${(error as Error).message}`;
      }
    },
  };
}
