import type { Json } from "./model/json.ts";
import { redactor, redactorInSlices } from "./model/redact.ts";
import { spellingsOf } from "./model/secret-spellings.ts";
import type { IsSecret, Redact, RedactInSlices } from "./model/secrets.ts";

/**
 * Environment variables that workflows read as `secrets.NAME`, and what hides them. What is known once stays hidden as long as
 * the process lives, whatever configuration comes later.
 */
export interface Secrets {
  /** By name, as far as they are set. One of blanks is empty. */
  values(): Readonly<Record<string, string>>;
  /** Makes what makes values fit to be kept or shown: it hides these fields, and all values, also those learned later. */
  redactor(isSecret: IsSecret): Redact;
  /** The same for values that may be large. */
  redactorInSlices(isSecret: IsSecret): RedactInSlices;
  /** Hides the values themselves in a text, however they are spelt. */
  readonly mask: (text: string) => string;
  /** From now on these are known, and hidden, too: an older definition of a workflow may read others than today's. */
  learn(names: readonly string[]): void;
}

/** Reads secrets from the environment. See docs/identity.md, "Secrets". */
export function openSecrets(environment: Readonly<Record<string, string | undefined>>): Secrets {
  let values: Readonly<Record<string, string>> = {};
  let mask = spellingsOf([]);
  /** What hides all values: made anew when there are more of them. */
  const hiding = <T>(make: (masked: readonly string[]) => (value: Json) => T) => {
    let known = values;
    let hide = make(Object.values(known));
    return (value: Json): T => {
      if (known !== values) {
        known = values;
        hide = make(Object.values(known));
      }
      return hide(value);
    };
  };
  return {
    values: () => values,
    redactor: (isSecret) => hiding((masked) => redactor(isSecret, masked)),
    redactorInSlices: (isSecret) => hiding((masked) => redactorInSlices(isSecret, masked)),
    mask: (text) => mask(text),
    learn(names) {
      const found = names.flatMap((name) => {
        const value = environment[name];
        if (value === undefined || Object.hasOwn(values, name)) return [];
        return [[name, value.trim() === "" ? "" : value] as const];
      });
      if (found.length === 0) return;
      values = { ...values, ...Object.fromEntries(found) };
      mask = spellingsOf(Object.values(values));
    },
  };
}
