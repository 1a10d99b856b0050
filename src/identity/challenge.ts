import { GatewayError } from "../model/errors.ts";

/**
 * 401 for a request without a credential. RFC 6750, section 3.
 * @param session the header that the upstream knows callers by; null: there is none
 */
export function tokenMissing(session: string | null): GatewayError {
  const what = session === null ? "A bearer token" : `The header ${session}`;
  return new GatewayError("UNAUTHENTICATED", `${what} is required`, {
    headers: { "WWW-Authenticate": 'Bearer realm="sidehook"' },
  });
}

/**
 * 401 for a token that is not valid. One message for all reasons: which check failed is not disclosed.
 * @param cause for the log; never anything with the token or its claims in it
 */
export function tokenInvalid(cause: string): GatewayError {
  return new GatewayError("UNAUTHENTICATED", "The bearer token is not valid", {
    headers: { "WWW-Authenticate": 'Bearer realm="sidehook", error="invalid_token"' },
    cause,
  });
}
