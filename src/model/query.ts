import qs from "qs";
import { GatewayError } from "./errors.ts";
import type { JsonObject } from "./json.ts";

const LIMITS = {
  depth: 5,
  strictDepth: true,
  parameterLimit: 1_000,
  arrayLimit: 1_000,
  throwOnLimitExceeded: true,
} as const;

/**
 * Parses a query string, or a form, as qs does.
 *
 *     "a[b]=1&c[]=2" → { a: { b: "1" }, c: ["2"] }
 *
 * @throws {GatewayError} BAD_QUERY beyond depth 5, 1,000 parameters, arrays of 1,000
 */
export function parseQuery(text: string): JsonObject {
  if (text === "") return {};
  try {
    return qs.parse(text, LIMITS) as JsonObject;
  } catch (error) {
    const message =
      "The query has more than 1,000 parameters, arrays over 1,000, or nests deeper than 5";
    throw new GatewayError("BAD_QUERY", message, { cause: error });
  }
}

/** The parts of a query whose parameter has, or has not, one of some outermost names. Byte for byte. */
export function partsNamed(query: string, names: readonly string[], wanted: boolean): string {
  if (query === "") return "";
  return query
    .split("&")
    .filter((part) => names.includes(outermostName(part)) === wanted)
    .join("&");
}

/** Whether a query has a parameter of an outermost name, however that is encoded. */
export function hasParameter(query: string, name: string): boolean {
  if (query === "" || !(query.includes(name) || query.includes("%"))) return false;
  return query.split("&").some((part) => outermostName(part) === name);
}

/** `filter` of `filter[a]=1`, of `%66ilter=1`, and of `[filter]=1`, which qs reads so too. */
export function outermostName(part: string): string {
  const [name = ""] = part.split("=", 1);
  const decoded = decodeLoosely(name.replaceAll("+", " "));
  return /^\[([^[\]]+)\]/.exec(decoded)?.[1] ?? decoded.replace(/\[.*$/s, "");
}

/** Percent-decoded; as it is where it can't be. */
function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
