import { GatewayError } from "../model/errors.ts";

/** 401 for a request without a token. RFC 6750, section 3. */
export function tokenMissing(): GatewayError {
  return new GatewayError("UNAUTHENTICATED", "A bearer token is required", {
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
