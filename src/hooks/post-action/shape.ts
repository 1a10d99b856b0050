import { type Json, type JsonObject, isJsonObject } from "../../model/json.ts";

/**
 * The effect of a client's query on the records in an answer. `whole`: none. `shaped`: records or fields may be missing.
 * `disguised`: another value may stand in place of the primary key.
 */
export type Shape = "whole" | "shaped" | "disguised";

/**
 * The shape of an answer.
 *
 *     ?x=1                → whole
 *     ?fields=title       → shaped
 *     ?alias[id]=priority → disguised, as by ?select=id:priority
 * @param shapes names of parameters, see the fact of this name
 */
export function shapeOf(query: JsonObject, shapes: readonly string[], primaryKey: string): Shape {
  const found = shapes
    .filter((name) => Object.hasOwn(query, name))
    .map((name) => query[name] ?? null);
  if (found.length === 0) return "whole";
  const renames = (value: Json): boolean => {
    if (typeof value === "string") {
      return value.split(",").some((field) => field.trim().startsWith(`${primaryKey}:`));
    }
    if (Array.isArray(value)) return (value as Json[]).some(renames);
    return isJsonObject(value) && Object.hasOwn(value, primaryKey);
  };
  return found.some(renames) ? "disguised" : "shaped";
}
