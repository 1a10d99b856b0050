import { StepError } from "../model/step-error.ts";
import type { EgressConfig } from "../model/config.ts";
import { type Address, METADATA_NAMES, addressOf, isNeverAllowed, meant } from "./address.ts";
import { type Place, placeOf, readRules } from "./rules.ts";

/**
 * How a URL may be called: its host is `vetted`, so any address but a forbidden one will do, or only an address that
 * `egress.allow` holds will.
 */
export type Vetting = "vetted" | "by address";

/** Where requests may go: decided on the URL, and again on the address. */
export interface Policy {
  /**
   * @param trusted a host that stands in the configuration as written; null: none
   * @throws {StepError} EGRESS_DENIED
   */
  judge(url: URL, trusted: string | null): Vetting;
  /** Whether a connection may be made to an address. */
  permits(address: Address, vetting: Vetting): boolean;
}

/** See `Policy`. `deny` goes before `allow`, and holds for hosts written out too. */
export function egressPolicy(config: EgressConfig): Policy {
  const allow = readRules(config.allow);
  const deny = readRules(config.deny);

  const permits = (address: Address, vetting: Vetting) =>
    !isNeverAllowed(address) &&
    !meant(address).some((one) => deny.holds(one)) &&
    (vetting === "vetted" || allow.holds(address));

  const isForbidden = (place: Place) => {
    const address = addressOf(place.host);
    if (METADATA_NAMES.has(place.host) || deny.names(place)) return true;
    return address !== null && !permits(address, "vetted");
  };

  return {
    permits,
    judge(url, trusted) {
      if (url.protocol !== "http:" && url.protocol !== "https:") {
        throw denied(`${url.protocol} is not http: or https:`);
      }
      const place = placeOf(url);
      if (isForbidden(place)) throw denied(`requests to ${place.host} are not allowed`);
      if (place.host === trusted || allow.names(place)) return "vetted";
      if (allow.hasRanges && addressOf(place.host) === null) return "by address";
      throw denied(`${place.host} is not listed in egress.allow`);
    },
  };
}

/** The error of a request that may not be made. */
export const denied = (message: string) =>
  new StepError("EGRESS_DENIED", message, { retryable: false });
