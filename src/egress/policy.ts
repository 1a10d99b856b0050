import {
  type Address,
  addressOf,
  isForbiddenHost,
  isNeverAllowed,
  meant,
} from "../model/address.ts";
import type { EgressConfig } from "../model/config.ts";
import { StepError } from "../model/step-error.ts";
import { type OwnAddress, isOwn } from "./own-addresses.ts";
import { destinationOf, readRules } from "./rules.ts";

/**
 * How a URL may be called.
 *
 *     vetted      its host is allowed: at any address that is not forbidden
 *     by address  only at an address that `egress.allow` lists
 */
export type Vetting = "vetted" | "by address";

/** Where requests may go: decided on the URL, and again on the address. */
export interface Policy {
  /**
   * @param trusted an origin that is written out in the configuration; null: none
   * @throws {StepError} EGRESS_DENIED
   */
  judge(url: URL, trusted: string | null): Vetting;
  /** Whether a connection may be made to an address and port. */
  permits(address: Address, port: number, vetting: Vetting): boolean;
}

/**
 * See `Policy`. `deny` goes before `allow`, and holds for hosts written out too.
 * @param own the gateway's own listeners, which are never called
 */
export function egressPolicy(config: EgressConfig, own: () => readonly OwnAddress[]): Policy {
  const allow = readRules(config.allow);
  const deny = readRules(config.deny);

  const permits = (address: Address, port: number, vetting: Vetting) =>
    !isNeverAllowed(address) &&
    !meant(address).some((one) => deny.holds(one) || isOwn(one, port, own())) &&
    (vetting === "vetted" || allow.holds(address));

  return {
    permits,
    judge(url, trusted) {
      if (url.protocol !== "http:" && url.protocol !== "https:") {
        throw denied(`${url.protocol} is not http: or https:`);
      }
      const place = destinationOf(url);
      const address = addressOf(place.host);
      const forbidden = address !== null && !permits(address, place.port, "vetted");
      if (forbidden || isForbiddenHost(place.host) || deny.names(place)) {
        throw denied(`requests to ${url.host} are not allowed`);
      }
      if (url.origin === trusted || allow.names(place)) return "vetted";
      if (allow.hasRanges && address === null) return "by address";
      throw denied(`${url.origin} is not listed in egress.allow`);
    },
  };
}

/** The error of a request that may not be made. */
export const denied = (message: string) =>
  new StepError("EGRESS_DENIED", message, { retryable: false });
