import type { AppendsFact, SortFact } from "../../model/query-facts.ts";
import { byFirstName } from "./associations.ts";
import { sortField } from "./order.ts";

/** A query parameter, not encoded. */
export type Parameter = readonly [name: string, value: string];

/**
 * The order of a list, as the upstream is told it.
 *
 *     ["title", "-id"] → sort=title,-id, or order=title,id.desc
 */
export function sortParameters(fact: SortFact, sort: readonly string[]): Parameter[] {
  const fields = sort.map(sortField).map(({ field, isDescending }) => {
    const text = isDescending ? fact.descending : fact.ascending;
    return { text: filledIn(text, { field }), field };
  });
  return spread(fact, fields);
}

/**
 * Associations, as the upstream is asked to load them along.
 *
 *     ["category", "author.company"] → fields=*,category.*,author.company.*
 */
export function appendsParameters(fact: AppendsFact, appends: readonly string[]): Parameter[] {
  if (appends.length === 0) return [];
  const texts = [...(fact.first === null ? [] : [fact.first]), ...textsOf(fact, appends)];
  return spread(
    fact,
    texts.map((text) => ({ text })),
  );
}

function textsOf(fact: AppendsFact, appends: readonly string[]): string[] {
  const { each, nested, separator } = fact;
  if (nested === null) return appends.map((name) => filledIn(each, { name }));
  return [...byFirstName(appends)].map(([name, further]) => {
    if (further.length === 0) return filledIn(each, { name });
    return filledIn(nested, { name, nested: textsOf(fact, further).join(separator ?? ",") });
  });
}

/** Texts as one parameter, or as one each. */
function spread(
  { parameter, separator }: Pick<SortFact, "parameter" | "separator">,
  items: readonly { readonly text: string; readonly field?: string }[],
): Parameter[] {
  if (items.length === 0) return [];
  if (separator !== null) return [[parameter, items.map(({ text }) => text).join(separator)]];
  return items.map(({ text, ...more }, index) => [
    filledIn(parameter, { ...more, index: String(index) }),
    text,
  ]);
}

/** A text with values in its marks: `{field}.desc` → `title.desc`. */
export const filledIn = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (mark, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? mark) : mark,
  );
