import { randomUUID } from "node:crypto";
import type { KnownIdentity } from "../model/config.ts";
import type { RehearsedCaller } from "../model/rehearsal.ts";
import { written } from "./exchange.ts";
import type { StandInAnswer } from "./stand-in.ts";

/** Where the stand-in is asked who is calling. */
export const CALLER_PATH = "/_rehearsed-caller";

/** An identity whose callers are those that the stand-in names. */
export const GIVEN_IDENTITY: KnownIdentity = {
  kind: "introspect",
  anonymous: true,
  path: CALLER_PATH,
  user: "/user",
  roles: "/roles",
  currentRole: null,
  pass: [],
  cache: 0,
};

/** The headers of a request with which its caller is asked for; none where there is nobody. */
export const callerHeaders = (caller: RehearsedCaller | null): Readonly<Record<string, string>> =>
  caller === null ? {} : { authorization: `Bearer rehearsed-${randomUUID()}` };

/** The answer of the stand-in. */
export function callerAnswer(caller: RehearsedCaller | null): StandInAnswer {
  if (caller === null) return { status: 401, ...written(undefined) };
  const { user, roleName } = caller;
  return { status: 200, ...written({ user, roles: roleName === null ? [] : [roleName] }) };
}
