import { z } from "zod";
import type { Json, JsonObject } from "../model/json.ts";

/** Any JSON value. Not checked again when it runs: expressions give nothing else. */
export const anyJson = z.custom<Json>((value) => value !== undefined, { error: "is missing" });

/** A JSON object. */
export const jsonObject = z.record(z.string(), anyJson) as unknown as z.ZodType<JsonObject>;

/** Header name → value; numbers and booleans are put in as text. */
export const headerValues = z.record(
  z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: "is no header name" }),
  z
    .union([z.string(), z.number(), z.boolean()])
    .transform(String)
    .refine((value) => !/[\r\n\0]/.test(value), { error: "should hold no line break and no NUL" }),
);

/** Query parameters. */
export const queryValues = z.record(z.string(), anyJson);
