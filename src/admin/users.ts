import { createHash, timingSafeEqual } from "node:crypto";
import basicAuth from "express-basic-auth";
import type { Request, RequestHandler } from "express";
import { errorBody, GatewayError } from "../model/errors.ts";

/**
 * Basic auth against configured users; none configured: everyone may. Passwords are compared as digests, in constant time,
 * also for a user that is not there.
 */
export function onlyUsers(users: Readonly<Record<string, string>>): RequestHandler {
  const known = new Map(Object.entries(users).map(([name, password]) => [name, digest(password)]));
  if (known.size === 0) return (_request, _response, next) => next();
  const nobody = digest("");
  return basicAuth({
    authorizer: (name: string, password: string) => {
      const expected = known.get(name);
      const same = timingSafeEqual(digest(password), expected ?? nobody);
      return same && expected !== undefined;
    },
    challenge: true,
    realm: "Sidehook",
    unauthorizedResponse: () =>
      errorBody(new GatewayError("UNAUTHENTICATED", "The admin port needs a user")),
  });
}

/** The user whose password was checked; null where the port has no users. */
export const userOf = (request: Request): string | null =>
  (request as Partial<basicAuth.IBasicAuthedRequest>).auth?.user ?? null;

const digest = (text: string) => createHash("sha256").update(text).digest();
