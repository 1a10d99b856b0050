import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, Response } from "express";
import basicAuth from "express-basic-auth";
import { GatewayError } from "../../model/errors.ts";
import type { WebhookAuth } from "../../model/webhook.ts";
import { signatureCheck } from "./signature.ts";

/** How a webhook makes sure of its sender. Each part throws UNAUTHENTICATED. */
export interface Authentication {
  /** Checks the head of the request. */
  head(request: Request, response: Response): void;
  /** Checks the bytes of the body, as they came; null where the scheme does not use the body. */
  readonly body: ((request: Request, bytes: Buffer) => void) | null;
}

/** Makes the checks of `trigger.auth`. See docs/webhooks.md, "Who is calling". @param auth null: every sender is accepted */
export function authentication(auth: WebhookAuth | null, now: () => Date): Authentication {
  if (auth === null) return { head: () => undefined, body: null };
  if (auth.kind === "basic") return { head: onlyUser(auth), body: null };
  const isSigned = signatureCheck(auth, now);
  return {
    head: () => undefined,
    body({ headers }, bytes) {
      if (isSigned(bytes, headers)) return;
      const message =
        "The signature is missing or wrong, or its timestamp is outside the tolerance";
      throw new GatewayError("UNAUTHENTICATED", message);
    },
  };
}

const CHALLENGE = { "WWW-Authenticate": 'Basic realm="webhook", charset="UTF-8"' };

/** Compares digests, in constant time: the name's and the password's, each time both. */
function onlyUser(user: { username: string; password: string }): Authentication["head"] {
  const [username, password] = [digest(user.username), digest(user.password)];
  const check = basicAuth({
    authorizer: (name: string, secret: string) => {
      const known = timingSafeEqual(digest(name), username);
      return timingSafeEqual(digest(secret), password) && known;
    },
    unauthorizedResponse: () => {
      const message = "The user name or the password is missing or wrong";
      throw new GatewayError("UNAUTHENTICATED", message, { headers: CHALLENGE });
    },
  });
  return (request, response) => void check(request, response, () => undefined);
}

const digest = (text: string) => createHash("sha256").update(text).digest();
