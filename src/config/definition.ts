import { createHash } from "node:crypto";
import { isJsonObject } from "../model/json.ts";
import type { Problem } from "../model/position.ts";
import type { Definition } from "../model/workflow.ts";
import { type Path, type Source, readSource } from "./source.ts";

/**
 * What stands at a path, as it was written, before environment variables were put in. JSON has quotes around every text;
 * one that had none, and begins with a variable, is told by its first letter being escaped: `"\u0024{COUNT}"`.
 */
export function definitionOf(source: Source, path: Path): Definition {
  const text = jsonText(source.valueAt(path), path, source);
  return { source: text, hash: createHash("sha256").update(text).digest("hex") };
}

function jsonText(value: unknown, path: Path, source: Source): string {
  if (typeof value === "string" && value.startsWith("${") && source.isUnquoted(path)) {
    return UNQUOTED + JSON.stringify(value).slice(QUOTED.length);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item, index) => jsonText(item, [...path, index], source)).join(",")}]`;
  }
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name)}:${jsonText(item, [...path, name], source)}`,
  );
  return `{${entries.join(",")}}`;
}

/** How a text begins that begins with a variable. */
const QUOTED = '"${';
const UNQUOTED = String.raw`"\u0024{`;

/** A definition as a file with that one workflow, since JSON is YAML; or what is wrong with it. */
export function readDefinition(
  key: string,
  definition: Definition,
  file: string,
): Source | readonly Problem[] {
  const text = `{"workflows":{${JSON.stringify(key)}:${definition.source}}}`;
  // Aliases that were followed may have made it larger than a file may be.
  const source = readSource(Buffer.from(text), file, Infinity);
  if (!("value" in source)) return source;
  const isUnquoted = (path: Path) =>
    text.startsWith(UNQUOTED, source.nodeAt(path)?.range?.[0] ?? text.length);
  return { ...source, isUnquoted };
}
