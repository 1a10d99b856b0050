import type { Shape } from "./expression.ts";
import type { Json } from "./json.ts";
import type { ParsedPaths } from "./webhook.ts";

/** One part of a path: a member's name, or a place in a list, from 0. */
type PathPart = string | number;

/** The longest path, and the last place of a list, that may be named. */
const MOST_PARTS = 20;
const LAST_PLACE = 999;

/**
 * Reads a path into a JSON value.
 *
 *     "order.total"    → ["order", "total"]
 *     "query[0].a"     → ["query", 0, "a"]
 *     'a["order.id"]'  → ["a", "order.id"]
 *
 * Gives null for a text that is not a path, for places over 999, and for the name `__proto__`.
 */
export function pathParts(text: string): readonly PathPart[] | null {
  const parts: PathPart[] = [];
  let at = 0;
  while (at < text.length) {
    const found = PART.exec(text.slice(at));
    if (found === null) return null;
    const [whole, dot, name, place, quoted] = found;
    // The first name has no dot before it, every other has.
    if (name !== undefined && (dot === ".") !== at > 0) return null;
    parts.push(
      place === undefined ? (name ?? (JSON.parse(quoted ?? "") as string)) : Number(place),
    );
    at += whole.length;
  }
  const usable = parts.every((part) => part !== "__proto__" && !(Number(part) > LAST_PLACE));
  return usable && parts.length > 0 && parts.length <= MOST_PARTS ? parts : null;
}

/** A name, with the dot before it; a place; or a name in quotes. */
const PART = /^(?:(\.)?([^.[\]"\s]+)|\[(\d{1,9})\]|\[("[^"\\]+")\])/;

/**
 * The named values of a delivery's part. Absent ones are null. Only a value's own members count.
 *
 *     { order: { total: 5 }, a: 1 } by { amount: "order.total", b: "b" } → { amount: 5, b: null }
 *                                   by ["a", "order.total"]              → { a: 1, order: { total: 5 } }
 *
 * A list of paths keeps structure: of a list only the places that are named are taken, and stay where they are.
 * @see docs/webhooks.md, "What a workflow sees"
 */
export function picker(parsed: ParsedPaths): (value: Json) => Json {
  if (parsed.kind === "paths") {
    const paths = parsed.paths.map(partsOf);
    return (value) => (paths.length === 0 ? {} : structured(value, paths));
  }
  const aliases = Object.entries(parsed.paths).map(
    ([alias, path]) => [alias, partsOf(path)] as const,
  );
  return (value) =>
    Object.fromEntries(aliases.map(([alias, parts]) => [alias, valueAt(value, parts) ?? null]));
}

/** The known shape of a part of which only named values are variables. */
export function pickedShape(parsed: ParsedPaths): Shape {
  if (parsed.kind === "paths") return structuredShape(parsed.paths.map(partsOf));
  return Object.fromEntries(Object.keys(parsed.paths).map((alias) => [alias, "dyn"]));
}

const partsOf = (path: string): readonly PathPart[] => pathParts(path) ?? [];

function structured(value: Json | undefined, paths: readonly (readonly PathPart[])[]): Json {
  if (paths.some((path) => path.length === 0)) return value ?? null;
  const members = [...byHead(paths)].map(
    ([head, rests]) => [head, structured(memberOf(value, head), rests)] as const,
  );
  if (!members.every(isPlace)) return Object.fromEntries(members);
  const list = Array.from({ length: Math.max(...members.map(([place]) => place)) + 1 }, () => null);
  return Object.assign(list, Object.fromEntries(members));
}

function structuredShape(paths: readonly (readonly PathPart[])[]): Shape {
  if (paths.some((path) => path.length === 0)) return "dyn";
  const members = [...byHead(paths)];
  // Of lists, and of names that only `x["order-id"]` can spell, nothing is known.
  if (members.some(([head]) => !/^[A-Za-z_]\w*$/.test(String(head)))) return "dyn";
  return Object.fromEntries(members.map(([head, rests]) => [head, structuredShape(rests)]));
}

/** Paths by their first part, without it. */
function byHead(paths: readonly (readonly PathPart[])[]): Map<PathPart, (readonly PathPart[])[]> {
  const heads = new Map<PathPart, (readonly PathPart[])[]>();
  for (const [head, ...rest] of paths) {
    if (head !== undefined) heads.set(head, [...(heads.get(head) ?? []), rest]);
  }
  return heads;
}

const isPlace = (member: readonly [PathPart, Json]): member is readonly [number, Json] =>
  typeof member[0] === "number";

const valueAt = (value: Json, parts: readonly PathPart[]): Json | undefined =>
  parts.reduce<Json | undefined>((found, part) => memberOf(found, part), value);

function memberOf(value: Json | undefined, part: PathPart): Json | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  // A list's length is not one of its members.
  if (Array.isArray(value))
    return /^\d+$/.test(String(part)) ? (value as Json[])[Number(part)] : undefined;
  return Object.hasOwn(value, part) ? (value as Record<string, Json>)[part] : undefined;
}
