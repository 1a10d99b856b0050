import type { Json } from "./model/json.ts";
import { redactor } from "./model/redact.ts";
import { spellingsOf } from "./model/secret-spellings.ts";
import type { IsSecret, Redact } from "./model/secrets.ts";

/** Environment variables that workflows read as `secrets.NAME`, and what hides them. */
export interface Secrets {
  /** By name, as far as they are set. One of blanks is empty. */
  values(): Readonly<Record<string, string>>;
  /** Makes a value fit to be kept or shown. */
  readonly redact: Redact;
  /** Hides the values themselves in a text, however they are spelt. */
  readonly mask: (text: string) => string;
  /** From now on these are known, and hidden, too: an older definition of a workflow may read others than today's. */
  learn(names: readonly string[]): void;
}

/** Reads secrets from the environment. See docs/identity.md, "Secrets". */
export function openSecrets(
  environment: Readonly<Record<string, string | undefined>>,
  isSecret: IsSecret,
  names: readonly string[],
): Secrets {
  let values: Readonly<Record<string, string>> = {};
  let redact = redactor(isSecret, []);
  let mask = spellingsOf([]);
  const learn = (more: readonly string[]) => {
    const found = more.flatMap((name) => {
      const value = environment[name];
      if (value === undefined || Object.hasOwn(values, name)) return [];
      return [[name, value.trim() === "" ? "" : value] as const];
    });
    if (found.length === 0) return;
    values = { ...values, ...Object.fromEntries(found) };
    redact = redactor(isSecret, Object.values(values));
    mask = spellingsOf(Object.values(values));
  };
  learn(names);
  return {
    values: () => values,
    redact: (value: Json) => redact(value),
    mask: (text) => mask(text),
    learn,
  };
}
