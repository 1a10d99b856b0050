import { z } from "zod";
import { type Json, type JsonObject, jsonText } from "../../model/json.ts";

/** Any JSON value. Not checked again when it runs: expressions give nothing else. */
export const anyJson = z.custom<Json>((value) => value !== undefined, { error: "is missing" });

/** A JSON object. */
export const jsonObject = z.record(z.string(), anyJson) as unknown as z.ZodType<JsonObject>;

/** Query parameters; null leaves one out. */
export const queryValues = z.record(z.string(), anyJson);

/** A value as the text that stands for it: null is nothing, lists and objects are JSON. */
export function asText(value: Json): string {
  if (value === null) return "";
  return typeof value === "string" ? value : jsonText(value);
}
