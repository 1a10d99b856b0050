import { GatewayError } from "../model/errors.ts";
import { type Json, isJsonObject } from "../model/json.ts";

/**
 * The role that a caller acts in: the one asked for, if it is theirs, else their first. Null when they have none, and
 * when their roles are unknown: a client's word is no proof.
 * @param known null: unknown
 * @throws {GatewayError} ROLE_NOT_ALLOWED
 * @see SPEC.md, section 4
 */
export function roleFor(known: readonly string[] | null, wanted: string | null): string | null {
  if (known === null) return null;
  if (wanted === null) return known[0] ?? null;
  if (known.includes(wanted)) return wanted;
  throw new GatewayError("ROLE_NOT_ALLOWED", "The role of X-Role is not one of the caller's");
}

/**
 * Role names, as tokens and profiles tell them. What is neither is left out.
 *
 *     "admin" → ["admin"]     ["admin", { name: "editor" }] → ["admin", "editor"]     undefined → []
 */
export function rolesIn(told: Json | undefined): string[] {
  const list: readonly Json[] = Array.isArray(told) ? (told as Json[]) : [told ?? null];
  const names = list.map((role) => (isJsonObject(role) ? role["name"] : role));
  return names.filter((name): name is string => typeof name === "string" && name !== "");
}
