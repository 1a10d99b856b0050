import { GatewayError } from "../model/errors.ts";
import { type Json, isJsonObject } from "../model/json.ts";
import type { Bearer } from "./proof.ts";

/**
 * The role that a caller acts in: the current role, where the proof tells one; else the requested role, if the caller has
 * it; else the caller's first role. Null when the caller has no role, or the roles are unknown: a client's word is not proof.
 * @throws {GatewayError} ROLE_NOT_ALLOWED
 * @see docs/identity.md
 */
export function roleFor(
  { roles, currentRole }: Pick<Bearer, "roles" | "currentRole">,
  wanted: string | null,
): string | null {
  if (wanted !== null && roles?.includes(wanted) === false && wanted !== currentRole) {
    throw new GatewayError("ROLE_NOT_ALLOWED", "The role of X-Role is not one of the caller's");
  }
  if (currentRole !== undefined) return currentRole;
  return roles === null ? null : (wanted ?? roles[0] ?? null);
}

/**
 * Role names, as tokens and profiles tell them. What is neither is left out.
 *
 *     "admin" → ["admin"]     ["admin", { name: "editor" }] → ["admin", "editor"]     undefined → []
 */
export function rolesIn(value: Json | undefined): string[] {
  const list: readonly Json[] = Array.isArray(value) ? (value as Json[]) : [value ?? null];
  const names = list.map((role) => (isJsonObject(role) ? role["name"] : role));
  return names.filter((name): name is string => typeof name === "string" && name !== "");
}
