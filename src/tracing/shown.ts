/** The most characters of what a client made up. */
const LONGEST = 1_024;

/** Hides secrets in a text. */
export type Mask = (text: string) => string;

/** A text as an attribute of a span. */
export const shown = (text: string): string => text.slice(0, LONGEST);

/** The path of a request's target, without the query, whose values may be secret. */
export function shownPath(target: string, mask: Mask): string {
  const [path = ""] = target.split("?", 1);
  return shown(mask(path));
}
