import type { Json } from "../../src/model/json.ts";

/** A value that JSON has no words for, whatever its type says: it holds itself. */
export function noJson(): Json {
  const circle: Record<string, unknown> = {};
  circle["own"] = circle;
  return circle as Json;
}
