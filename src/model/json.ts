/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** A JSON text, and what it says. The text keeps what a double can't: `12345678901234567890`, `1.0`. */
export interface JsonText {
  readonly text: string;
  readonly value: Json;
}

/** Whether a value is a JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * What a JSON text says.
 * @throws {SyntaxError} when it is malformed
 */
export const parseJson = (text: string): Json => JSON.parse(text) as Json;

/** A value as JSON text, without white space. */
export const jsonText = (value: Json): string => JSON.stringify(value);
