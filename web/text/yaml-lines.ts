import { type Json, isJsonObject, jsonText } from "../../src/model/json.ts";

/** A line of a definition as YAML, and the path of the value that begins there: `steps/0/then`. */
export interface YamlLine {
  readonly text: string;
  readonly path: string;
}

/** A definition as YAML, one line a member. What YAML would read as something else than a text is quoted as in JSON. */
export function yamlLines(value: Json): YamlLine[] {
  return hasLines(value) ? block(value, "", "") : [{ text: scalar(value), path: "" }];
}

function block(value: Json, path: string, indent: string): YamlLine[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: Json, index) => {
      const at = joined(path, String(index));
      if (!hasLines(item)) return [{ text: `${indent}- ${scalar(item)}`, path: at }];
      const [first, ...rest] = block(item, at, `${indent}  `);
      if (first === undefined) return [];
      return [{ text: `${indent}- ${first.text.slice(indent.length + 2)}`, path: at }, ...rest];
    });
  }
  if (!isJsonObject(value)) return [{ text: indent + scalar(value), path }];
  return Object.entries(value).flatMap(([name, item]) => {
    const at = joined(path, name);
    const key = `${indent}${plainOr(name)}:`;
    if (!hasLines(item)) return [{ text: `${key} ${scalar(item)}`, path: at }];
    return [{ text: key, path: at }, ...block(item, at, `${indent}  `)];
  });
}

const joined = (path: string, name: string) => (path === "" ? name : `${path}/${name}`);

const hasLines = (value: Json) =>
  typeof value === "object" && value !== null && Object.keys(value).length > 0;

function scalar(value: Json): string {
  return typeof value === "string" ? plainOr(value) : jsonText(value);
}

/** A text as it is, where it can't be read as something else; else as JSON writes it. */
const plainOr = (text: string) =>
  /^[A-Za-z_$/](?:[ !$-9;-[\]-~]*[!$-9;-[\]-~])?$/.test(text) && !WORDS.test(text)
    ? text
    : jsonText(text);

/** What YAML, in any of its versions, takes for a truth value or null. */
const WORDS = /^(true|false|null|yes|no|on|off|y|n)$/i;
