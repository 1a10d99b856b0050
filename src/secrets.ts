import type { Json } from "./model/json.ts";
import { type IsSecret, type Redact, redactor } from "./model/secrets.ts";

/** Environment variables that workflows read as `secrets.NAME`, and what hides them. */
export interface Secrets {
  /** By name, as far as they are set. */
  values(): Readonly<Record<string, string>>;
  /** Makes a value fit to be kept or shown. */
  readonly redact: Redact;
  /** From now on these are known, and hidden, too: an older definition of a workflow may read others than today's. */
  learn(names: readonly string[]): void;
}

/** Reads secrets from the environment. SPEC, sections 4 and 10. */
export function openSecrets(
  environment: Readonly<Record<string, string | undefined>>,
  isSecret: IsSecret,
  names: readonly string[],
): Secrets {
  let values: Readonly<Record<string, string>> = {};
  let redact = redactor(isSecret, []);
  const learn = (more: readonly string[]) => {
    const found = more.flatMap((name) => {
      const value = environment[name];
      return value === undefined || name in values ? [] : [[name, value] as const];
    });
    if (found.length === 0) return;
    values = { ...values, ...Object.fromEntries(found) };
    redact = redactor(isSecret, Object.values(values));
  };
  learn(names);
  return { values: () => values, redact: (value: Json) => redact(value), learn };
}
