import { type Json, jsonText } from "../../src/model/json.ts";

/** JSON with a line for each member. Integers outside ±2^53 keep their digits. */
export function prettyJson(value: Json, indent = ""): string {
  if (typeof value !== "object" || value === null) return jsonText(value);
  const deeper = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item: Json) => prettyJson(item, deeper))
    : Object.entries(value).map(([name, item]) => `${jsonText(name)}: ${prettyJson(item, deeper)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (items.length === 0) return `${open}${close}`;
  return `${open}\n${items.map((item) => deeper + item).join(",\n")}\n${indent}${close}`;
}
