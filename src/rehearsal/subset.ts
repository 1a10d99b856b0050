import { createTwoFilesPatch } from "diff";
import { type Json, isJsonObject, parseJson, jsonText } from "../model/json.ts";

/** Whether a value is a part of another: an object has these members, and maybe others; a list has as many items. */
export function isPart(part: Json, whole: Json | undefined): boolean {
  if (Array.isArray(part)) {
    if (!Array.isArray(whole) || whole.length !== part.length) return false;
    return part.every((item: Json, index) => isPart(item, whole[index] as Json));
  }
  if (isJsonObject(part)) {
    if (whole === undefined || !isJsonObject(whole)) return false;
    return Object.entries(part).every(
      ([name, value]) => Object.hasOwn(whole, name) && isPart(value, whole[name]),
    );
  }
  if (isNumber(part) && isNumber(whole)) return String(part) === String(whole);
  return part === whole;
}

const isNumber = (value: Json | undefined) =>
  typeof value === "number" || typeof value === "bigint";

/** A value without the members that nobody asked for, so that a difference shows what matters. */
function asked(part: Json, whole: Json): Json {
  if (Array.isArray(part) && Array.isArray(whole)) {
    return whole.map((item: Json, index) =>
      index < part.length ? asked(part[index] as Json, item) : item,
    );
  }
  if (!isJsonObject(part) || !isJsonObject(whole)) return whole;
  const names = Object.keys(part).filter((name) => Object.hasOwn(whole, name));
  // Members that are there in place of one that is not are worth a look.
  if (names.length < Object.keys(part).length) return whole;
  return Object.fromEntries(
    names.map((name) => [name, asked(part[name] as Json, whole[name] as Json)]),
  );
}

/** The lines in which a value differs from what was expected: `-` before what is not there, `+` before what is. */
export const differenceOf = (expected: Json, actual: Json): readonly string[] =>
  changedLines(linesOf(expected), linesOf(inOrderOf(expected, asked(expected, actual))));

/** The lines in which one text differs from another, each with some lines around it. */
export function changedLines(before: string, after: string, context = 3): readonly string[] {
  const patch = createTwoFilesPatch("", "", before, after, "", "", { context });
  const all = patch.split("\n");
  const first = all.findIndex((line) => line.startsWith("@@"));
  if (first < 0) return [];
  const told = all.slice(first).filter((line) => line !== "" && !/^(@@|\\ No newline)/.test(line));
  return told.map((line) => line.trimEnd());
}

/** A value as lines. */
export function linesOf(value: Json): string {
  return `${JSON.stringify(parseJson(jsonText(value)), replaceBigint, 2)}\n`;
}

const replaceBigint = (_name: string, value: unknown): unknown =>
  typeof value === "bigint" ? String(value) : value;

/** A value with the members of its objects in the order of another's, so that lines are compared with their like. */
function inOrderOf(model: Json, value: Json): Json {
  if (Array.isArray(model) && Array.isArray(value)) {
    return value.map((item: Json, index) => inOrderOf((model[index] ?? null) as Json, item));
  }
  if (!isJsonObject(model) || !isJsonObject(value)) return value;
  const names = new Set([...Object.keys(model), ...Object.keys(value)]);
  return Object.fromEntries(
    [...names]
      .filter((name) => Object.hasOwn(value, name))
      .map((name) => [name, inOrderOf(model[name] ?? null, value[name] as Json)]),
  );
}
