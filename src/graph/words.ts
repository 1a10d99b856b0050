import { type Outline, type OutlineBranch, type OutlineStep, oneLine } from "./outline.ts";

/** `reject-short-titles: Titles need three letters (disabled)`. */
export function headline({ key, title, enabled }: Outline): string {
  return oneLine(`${key}${title === null ? "" : `: ${title}`}${enabled ? "" : " (disabled)"}`);
}

/** `category (query)`, or the type alone of a step without an id. */
export const nameOf = ({ id, type }: OutlineStep): string =>
  oneLine(id === null ? type : `${id} (${type})`);

/** Its title and its facts: `["Say no", "status: failed"]`. */
export function detailsOf({ title, facts }: OutlineStep): string[] {
  const told = facts.map(({ name, value }) => `${name}: ${value}`);
  return title === null ? told : [oneLine(title), ...told];
}

/** `then`, `cases[0] if trigger.data.id > 3`. */
export const branchName = ({ at, if: test }: OutlineBranch): string =>
  test === null ? at : `${at.replace(/\.steps$/, "")} if ${test}`;

/** At most so many characters; what is cut ends with `…`. */
export function cut(text: string, length: number): string {
  const all = lettersOf(text);
  return all.length <= length ? text : `${all.slice(0, length - 1).join("")}…`;
}

const segmenter = new Intl.Segmenter();

/** What a reader takes for its letters: an emoji of several characters is one. */
export const lettersOf = (text: string): string[] =>
  Array.from(segmenter.segment(text), ({ segment }) => segment);
