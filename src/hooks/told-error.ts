import { GatewayError, gatewayError } from "../model/errors.ts";
import { headerPairs } from "../model/headers.ts";

/** The error with headers that its answer carries beside its own. @param told raw pairs */
export function toldError(thrown: unknown, told: readonly string[]): GatewayError {
  const { code, message, cause, headers } = gatewayError(thrown);
  const own = { ...headers, ...Object.fromEntries(headerPairs(told)) };
  return new GatewayError(code, message, { cause, headers: own });
}
