import { ExpressionError } from "../model/expression.ts";
import type { Budget } from "./budget.ts";
import { type OwnFunction, ownName } from "./own-function.ts";

/** Methods of texts that ours stand in for: cel-js counts and cuts by UTF-16 units, and `size` by code points. */
export const ownTextMethods: ReadonlySet<string> = new Set([
  "substring",
  "indexOf",
  "lastIndexOf",
  "split",
  "lowerAscii",
  "upperAscii",
]);

/** A place in a text, or a number of pieces: an integer literal, or a number of JSON. */
type Count = number | bigint;

/** Texts, counted and cut by code points. */
export function textFunctions(budget: Budget): readonly OwnFunction[] {
  /** The code points of a text; null where its UTF-16 units are these. */
  const pointsOf = (text: string): readonly string[] | null => {
    if (isPlain(text)) return null;
    budget.spend(text.length);
    return Array.from(text);
  };

  function substring(text: string, from: Count, to?: Count): string {
    const points = pointsOf(text);
    const { length } = points ?? text;
    const [start, end] = [Number(from), Number(to ?? length)];
    const whole = Number.isInteger(start) && Number.isInteger(end);
    if (!whole || start < 0 || end < start || end > length) throw outside("substring");
    return points === null ? text.slice(start, end) : points.slice(start, end).join("");
  }

  function indexOf(text: string, search: string, from: Count = 0): bigint {
    return pointsBefore(text, text.indexOf(search, unitOf(text, from, "indexOf")));
  }

  function lastIndexOf(text: string, search: string, from?: Count): bigint {
    const last = from === undefined ? Infinity : unitOf(text, from, "lastIndexOf");
    return pointsBefore(text, text.lastIndexOf(search, last));
  }

  /** The UTF-16 unit at which a code point begins. */
  function unitOf(text: string, point: Count, method: string): number {
    const at = Number(point);
    const points = at === 0 ? null : pointsOf(text);
    const { length } = points ?? text;
    if (!Number.isInteger(at) || at < 0 || at > length) throw outside(method);
    return points === null ? at : points.slice(0, at).join("").length;
  }

  /** How many code points stand before a UTF-16 unit; -1 for none such. */
  const pointsBefore = (text: string, unit: number): bigint =>
    unit <= 0 ? BigInt(unit) : BigInt(pointsOf(text.slice(0, unit))?.length ?? unit);

  return [
    ["string.replace(string, string): string", replace],
    [`string.${ownName("lowerAscii")}(): string`, lowerAscii],
    [`string.${ownName("upperAscii")}(): string`, upperAscii],
    ...withCounts("substring", ["count"], "string", substring),
    ...withCounts("substring", ["count", "count"], "string", substring),
    ...withCounts("indexOf", ["string"], "int", indexOf),
    ...withCounts("indexOf", ["string", "count"], "int", indexOf),
    ...withCounts("lastIndexOf", ["string"], "int", lastIndexOf),
    ...withCounts("lastIndexOf", ["string", "count"], "int", lastIndexOf),
    ...withCounts("split", ["string"], "list<string>", split),
    ...withCounts("split", ["string", "count"], "list<string>", split),
  ];
}

/** The overloads of a method whose counts may each be an int or a double. */
function withCounts(
  name: string,
  parameters: readonly ("count" | "string")[],
  result: string,
  handler: OwnFunction[1],
): OwnFunction[] {
  const lists = parameters.reduce<string[][]>(
    (before, parameter) =>
      before.flatMap((list) =>
        (parameter === "count" ? ["int", "double"] : [parameter]).map((type) => [...list, type]),
      ),
    [[]],
  );
  return lists.flatMap((list) => {
    const rest = `(${list.join(", ")}): ${result}`;
    const own: OwnFunction = [`string.${ownName(name)}${rest}`, handler];
    // The check of types sees the public name, which cel-js has for integers alone.
    return list.includes("double") ? [own, [`string.${name}${rest}`, handler]] : [own];
  });
}

/** Whether UTF-16 units are code points. */
const isPlain = (text: string) => !/[\ud800-\udfff]/.test(text);

function split(text: string, separator: string, most?: Count): string[] {
  const limit = most === undefined ? -1 : Number(most);
  if (limit === 0) return [];
  const parts = separator === "" ? Array.from(text) : text.split(separator);
  if (limit < 0 || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

function replace(text: string, from: string, to: string): string {
  if (from !== "" || isPlain(text)) return text.replaceAll(from, () => to);
  return [to, ...Array.from(text).flatMap((point) => [point, to])].join("");
}

/** Other letters stay as they are, whatever their small and capital forms. */
const lowerAscii = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const upperAscii = (text: string) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());

const outside = (method: string) => new ExpressionError(`${method}() reaches outside the text`);
