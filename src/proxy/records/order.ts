import { type Json, isJsonObject } from "../../model/json.ts";

/**
 * The records in order: by the first field, then by the next. See `sortField`; dots lead into nested objects. Numbers stand before texts, what is missing or null stands last (first when descending); equal ones keep
 * their order. Texts are ordered by code unit.
 */
export function ordered(records: readonly Json[], sort: readonly string[]): readonly Json[] {
  if (sort.length === 0) return records;
  const fields = sort.map(sortField).map(({ field, isDescending }) => ({
    path: field.split("."),
    sign: isDescending ? -1 : 1,
  }));
  return records.toSorted((a, b) => {
    for (const { path, sign } of fields) {
      const difference = compared(at(a, path), at(b, path));
      if (difference !== 0) return sign * difference;
    }
    return 0;
  });
}

/** `-title` → `title`, descending; `title` and `+title` → `title`, ascending. */
export function sortField(text: string): { field: string; isDescending: boolean } {
  return { field: text.replace(/^[-+]/, ""), isDescending: text.startsWith("-") };
}

/** The value of a field, null where it is missing. Dots lead into nested objects. */
export const fieldAt = (record: Json, field: string): Json => at(record, field.split("."));

function at(record: Json, path: readonly string[]): Json {
  let value: Json = record;
  for (const name of path) {
    value = isJsonObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null;
  }
  return value;
}

function compared(a: Json, b: Json): number {
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  if (typeof a === "object" || typeof b === "object" || a === b) return 0;
  return a < b ? -1 : 1;
}

const RANKS: Readonly<Record<string, number>> = {
  boolean: 0,
  number: 1,
  bigint: 1,
  string: 2,
  object: 3,
};

const rank = (value: Json) => (value === null ? 4 : (RANKS[typeof value] ?? 4));
