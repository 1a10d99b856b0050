import { type JsonObject, isJsonObject, parseJson } from "../../model/json.ts";
import { isWithin } from "../../model/json-bounds.ts";
import { type Source, readSource } from "./source.ts";

/** A text beyond them is read as YAML, which says what is wrong with it. */
const BOUNDS = { depth: 100, values: Infinity };

/**
 * A JSON file as a source, read much faster than YAML is. Places in it are looked for when somebody asks for one. Null where
 * the bytes are not the JSON of an object: the YAML reader says why.
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
  const text = Buffer.from(bytes).toString();
  if (!/^\s*\{/.test(text) || !isWithin(text, BOUNDS)) return null;
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Of what is JSON and yet not YAML, as with a name that stands twice, every place is the beginning. */
function withPlaces(bytes: Uint8Array, file: string): Source {
  const read = readSource(bytes, file, Infinity);
  return "value" in read ? read : withPlaces(Buffer.from("{}"), file);
}
