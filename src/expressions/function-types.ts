import { ANY, type ObjectType, type ValueType, listOf, scalar } from "../model/value-type.ts";

/** The types of arguments, the receiver first; null where it is not known. */
type Given = readonly (ValueType | null)[];

/**
 * The type of what a function gives, where that follows from what it is given.
 * @param given the receiver of a method is the first
 */
export const typeOfCall = (name: string, given: Given): ValueType | null =>
  Object.hasOwn(GIVES, name) ? (GIVES[name]?.(given) ?? null) : null;

const GIVES: Readonly<Record<string, (given: Given) => ValueType | null>> = {
  has: () => scalar("boolean"),
  size: () => scalar("number"),
  sum: () => scalar("number"),
  avg: () => scalar("number"),
  sort: sameList,
  sortBy: sameList,
  distinct: sameList,
  chunk: (given) => listOf(sameList(given) ?? ANY),
  groupBy: (given) => groupsOf(sameList(given) ?? ANY),
  join: () => scalar("text"),
  split: () => listOf(scalar("text")),
};

/** The list that a function takes first. */
function sameList([list]: Given): ValueType | null {
  return list?.kind === "list" ? list : null;
}

const groupsOf = (group: ValueType): ObjectType => ({
  kind: "object",
  name: null,
  fields: new Map(),
  others: "any",
  rest: () => group,
});
