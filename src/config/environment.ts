/** The variables that a configuration may name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `${NAME}`, `${NAME:-default}`, and the escape `$${`. */
const VARIABLE = /\$\$\{|\$\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\}/g;

/** A text with its variables put in, or the ones that are missing, with where they stand in it. */
export type Filled =
  | { readonly text: string; readonly touched: boolean }
  | { readonly missing: readonly { readonly name: string; readonly offset: number }[] };

/**
 * Puts environment variables into a text. SPEC, section 10.
 *
 *     "${HOST:-localhost}:80" → "localhost:80"
 *     "$${HOST}"              → "${HOST}"
 */
export function fillIn(text: string, environment: Environment): Filled {
  const missing: { name: string; offset: number }[] = [];
  let touched = false;
  const filled = text.replace(
    VARIABLE,
    (whole, name: string | undefined, other: string | undefined, offset: number) => {
      if (name === undefined) return "${";
      touched = true;
      const value = environment[name] ?? other;
      if (value === undefined) missing.push({ name, offset });
      return value ?? whole;
    },
  );
  return missing.length > 0 ? { missing } : { text: filled, touched };
}
