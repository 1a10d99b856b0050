import { type Json, type JsonObject, isJsonObject, parseJson } from "../../model/json.ts";
import { isWithin, stringEnd } from "../../model/json-bounds.ts";
import { type Source, readSource } from "./source.ts";

/** A text beyond them is read as YAML, which says what is wrong with it. */
const BOUNDS = { depth: 100, values: Infinity };

/**
 * A JSON file as a source, read much faster than YAML is. Places in it are looked for when somebody asks for one. Null where
 * the bytes are not the JSON of an object, or say what the YAML reader refuses: it tells the place.
 */
export function readJsonSource(bytes: Uint8Array, file: string): Source | null {
  const value = objectIn(bytes);
  if (value === null) return null;
  let places: Source | null = null;
  const placed = (): Source => (places ??= withPlaces(bytes, file));
  return {
    file,
    value,
    nodeAt: (path) => placed().nodeAt(path),
    valueAt: (path) => placed().valueAt(path),
    keysAt: (path) => placed().keysAt(path),
    isUnquoted: (path) => placed().isUnquoted(path),
    problem: (path, message, detail) => placed().problem(path, message, detail),
  };
}

function objectIn(bytes: Uint8Array): JsonObject | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!/^\s*\{/.test(text) || !isWithin(text, BOUNDS)) return null;
    const value = parseJson(text);
    return isJsonObject(value) && membersOf(value) === membersIn(text) ? value : null;
  } catch {
    return null;
  }
}

/** The members that the objects of a JSON text are written with. Of two with one name, only the last is read. */
function membersIn(text: string): number {
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') at = stringEnd(text, at) - 1;
    else if (text[at] === ":") members++;
  }
  return members;
}

/** The members of all objects in a value; NaN where it has a number that JSON has no word for, or the name `__proto__`. */
function membersOf(value: Json): number {
  if (typeof value === "number" && !Number.isFinite(value)) return NaN;
  if (typeof value !== "object" || value === null) return 0;
  if (Object.hasOwn(value, "__proto__")) return NaN;
  const inner: readonly Json[] = Object.values(value);
  return inner.reduce(
    (all: number, one) => all + membersOf(one),
    isJsonObject(value) ? inner.length : 0,
  );
}

/** Of what is JSON and yet not YAML, every place is the beginning. */
function withPlaces(bytes: Uint8Array, file: string): Source {
  const read = readSource(bytes, file, Infinity);
  return "value" in read ? read : withPlaces(Buffer.from("{}"), file);
}
