/** The variables that a configuration may name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `${NAME}`, `${NAME:-default}`, and the escape `$${`. */
const VARIABLE = /\$\$\{|\$\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\}/g;

/** A text with its variables put in. */
export interface Filled {
  readonly text: string;
  /** Whether the text was one variable and nothing else. */
  readonly whole: boolean;
  /** Variables that are not set and have no default, and where they stand. */
  readonly missing: readonly { readonly name: string; readonly offset: number }[];
}

/**
 * Puts environment variables into a text. Their values are not searched for further variables.
 *
 *     "${HOST:-localhost}:80" → "localhost:80"
 *     "$${HOST}"              → "${HOST}"
 *
 * An empty variable gives way to a default, as it does in a shell.
 */
export function fillIn(text: string, environment: Environment): Filled {
  const missing: { name: string; offset: number }[] = [];
  let whole = false;
  const filled = text.replace(
    VARIABLE,
    (found, name: string | undefined, other: string | undefined, offset: number) => {
      if (name === undefined) return "${";
      whole = found === text;
      const set = environment[name];
      const value = set === undefined || set === "" ? (other ?? set) : set;
      if (value === undefined) missing.push({ name, offset });
      return value ?? found;
    },
  );
  return { text: filled, whole, missing };
}

/** Where variables stand in a text, and whether a default that is not empty stands with them. */
export function variablesIn(
  text: string,
): { readonly start: number; readonly end: number; readonly hasDefault: boolean }[] {
  return [...text.matchAll(VARIABLE)].flatMap(({ 0: found, 1: name, 2: other = "", index }) =>
    name === undefined
      ? []
      : [{ start: index, end: index + found.length, hasDefault: other.trim() !== "" }],
  );
}

/** Where the first variable stands in a text that takes none, or null. */
export function variableIn(
  text: string,
): { readonly name: string; readonly offset: number } | null {
  for (const { 1: name, index } of text.matchAll(VARIABLE)) {
    if (name !== undefined) return { name, offset: index };
  }
  return null;
}
