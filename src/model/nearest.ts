import { closest, distance } from "fastest-levenshtein";

/** The known name nearest to a mistyped one, or null when none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const best = closest(
    name.toLowerCase(),
    known.map((word) => word.toLowerCase()),
  );
  const word = known.find((candidate) => candidate.toLowerCase() === best) ?? "";
  // Two letters that changed places are two edits: `titel`. A one-letter name is near to nothing.
  const longer = Math.max(name.length, word.length);
  const allowed = Math.min(longer - 1, Math.ceil(longer / 3));
  return distance(name.toLowerCase(), best) <= allowed ? word : null;
}

/** `; did you mean "title"?`, or nothing when no known name is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const word = nearest(name, known);
  return word === null ? "" : `; did you mean "${word}"?`;
}
