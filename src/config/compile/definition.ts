import { createHash } from "node:crypto";
import { type Json, isJsonObject, jsonText } from "../../model/json.ts";
import type { Problem } from "../../model/position.ts";
import type { Definition } from "../../model/workflow.ts";
import { type Path, type Source, readSource } from "../yaml/source.ts";
import type { WrittenSecret } from "./written-secrets.ts";

/**
 * The value at a path as it was written, before environment variables were put in. JSON has quotes around every text. An
 * unquoted text that begins with a variable is marked by escaping its first character: `"\u0024{COUNT}"`.
 * @param written secrets that are written out there, which are not recorded
 */
export function definitionOf(
  source: Source,
  path: Path,
  written: readonly WrittenSecret[],
): Definition {
  const hidden = new Map(written.map((one) => [JSON.stringify([...path, ...one.path]), one.shown]));
  const textWith = (shown: Places["shown"]) =>
    definitionText(source.valueAt(path), path, {
      isUnquoted: (at) => source.isUnquoted(at),
      shown,
    });
  const whole = textWith(() => undefined);
  if (hidden.size === 0) return { source: whole, hash: hashOf(whole) };
  const text = textWith((at) => hidden.get(JSON.stringify(at)));
  return { source: text, hash: hashOf(text), whole: () => whole };
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Facts about the places of a definition. */
interface Places {
  readonly isUnquoted: Source["isUnquoted"];
  /** The text that replaces a secret there; undefined where no secret stands. */
  readonly shown: (path: Path) => string | undefined;
}

function definitionText(value: unknown, path: Path, places: Places): string {
  if (Array.isArray(value)) {
    const items = value.map((item, index) => definitionText(item, [...path, index], places));
    return `[${items.join(",")}]`;
  }
  if (isJsonObject(value)) {
    const entries = Object.entries(value).map(
      ([name, item]) => `${jsonText(name)}:${definitionText(item, [...path, name], places)}`,
    );
    return `{${entries.join(",")}}`;
  }
  const shown = places.shown(path);
  if (shown !== undefined) return jsonText(shown);
  const text = jsonText((value ?? null) as Json);
  const unquoted = typeof value === "string" && value.startsWith("${") && places.isUnquoted(path);
  return unquoted ? UNQUOTED + text.slice(QUOTED.length) : text;
}

/** The beginning of a text that begins with a variable. */
const QUOTED = '"${';
const UNQUOTED = String.raw`"\u0024{`;

/** A definition as a file with that one workflow, since JSON is YAML; or its problems. */
export function readDefinition(
  key: string,
  definition: Definition,
  file: string,
): Source | readonly Problem[] {
  const { source: shown, whole = () => shown } = definition;
  const text = `{"workflows":{${JSON.stringify(key)}:${whole()}}}`;
  // Aliases that were followed may have made it larger than a file may be.
  const source = readSource(Buffer.from(text), file, Infinity);
  if (!("value" in source)) return source;
  const isUnquoted = (path: Path) =>
    text.startsWith(UNQUOTED, source.nodeAt(path)?.range?.[0] ?? text.length);
  return { ...source, isUnquoted };
}
