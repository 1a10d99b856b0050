import { type Json, isJsonObject } from "./json.ts";
import { redactor } from "./redact.ts";
import { REDACTED, type Redact } from "./secrets.ts";

/** Hides the secrets of one run: by their names, and their values also where the run puts them under other names. */
export interface RunSecrets {
  /** Makes a value of the run fit to be kept or shown. The texts that it hides are hidden in all that comes later. */
  readonly redact: Redact;
  /** Hides from now on the texts that a value shows otherwise. @param shown the value, redacted */
  learn(value: Json, shown: Json): void;
}

/** How many texts of a run are hidden by their value, and how many characters they have together. */
const MOST = 50;
const MOST_CHARACTERS = 50_000;

/** Makes it for a run of which nothing is known yet. @param redact hides what is secret in all runs */
export function runSecrets(redact: Redact): RunSecrets {
  const known = new Set<string>();
  let characters = 0;
  let mask: Redact | null = null;

  const learn = (value: Json, shown: Json) => {
    const before = known.size;
    for (const text of hiddenTexts(value, shown)) {
      if (known.has(text) || known.size >= MOST) continue;
      if (characters + text.length > MOST_CHARACTERS) continue;
      known.add(text);
      characters += text.length;
    }
    if (known.size > before) mask = redactor(() => false, [...known]);
  };
  return {
    redact(value) {
      const shown = redact(value);
      if (shown !== value) learn(value, shown);
      return mask === null ? shown : mask(shown);
    },
    learn,
  };
}

/**
 * The texts of a value that are hidden where it is shown.
 *
 *     { token: "abc", url: "/?key=def" } shown as { token: "[redacted]", url: "/?key=[redacted]" } → "abc", "def"
 */
function* hiddenTexts(value: Json, shown: Json): Generator<string> {
  if (value === shown) return;
  if (shown === REDACTED) yield* textsIn(value);
  else if (typeof value === "string") yield* cutOut(value, shown);
  else if (Array.isArray(value) && Array.isArray(shown)) {
    for (const [at, item] of (value as readonly Json[]).entries()) {
      yield* hiddenTexts(item, (shown[at] as Json | undefined) ?? null);
    }
  } else if (isJsonObject(value) && isJsonObject(shown)) {
    for (const [name, item] of Object.entries(value)) {
      if (Object.hasOwn(shown, name)) yield* hiddenTexts(item, shown[name] as Json);
    }
  }
}

/** All texts of a value, and its numbers as texts. */
function* textsIn(value: Json): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "number" || typeof value === "bigint") yield String(value);
  else if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) yield* textsIn(item);
  }
}

/** The parts of a text in whose places it is shown as redacted; none where the rest of it was written anew. */
function* cutOut(text: string, shown: Json): Generator<string> {
  if (typeof shown !== "string") return;
  const [first = "", ...others] = shown.split(REDACTED);
  if (!text.startsWith(first)) return;
  let from = first.length;
  for (const [at, part] of others.entries()) {
    const isLast = at === others.length - 1;
    const end = isLast ? text.length - part.length : text.indexOf(part, from);
    if (end < from || !text.startsWith(part, end)) return;
    yield text.slice(from, end);
    from = end + part.length;
  }
}
