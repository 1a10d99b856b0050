import ipaddr from "ipaddr.js";
import { type Address, addressOf } from "../model/address.ts";

/** Where a URL leads. `host` is in lower case, without a last dot or brackets; the scheme's own port is written out. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** The rules of `egress.allow` or `egress.deny`. */
export interface Rules {
  /** Whether a rule names the destination: by its host, or by its address where the host is an address. */
  names(place: Destination): boolean;
  /** Whether an address lies in one of the ranges. */
  holds(address: Address): boolean;
  /** Whether there are ranges at all, so that it is worth looking a name up. */
  readonly hasRanges: boolean;
}

/** Reads rules: `host`, `host:port`, `*.host` (any depth, not the host itself), a CIDR, an address. */
export function readRules(rules: readonly string[]): Rules {
  const ranges = rules.flatMap(rangeOf);
  const hosts = rules.filter((rule) => rangeOf(rule).length === 0).map(hostRule);
  const holds = (address: Address) =>
    ranges.some((range) => address.kind() === range[0].kind() && address.match(range));
  return {
    holds,
    hasRanges: ranges.length > 0,
    names(place) {
      const address = addressOf(place.host);
      return hosts.some((covers) => covers(place)) || (address !== null && holds(address));
    },
  };
}

/** The destination of a URL. */
export function destinationOf(url: URL): Destination {
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return { host: plainHost(url.hostname), port };
}

function plainHost(host: string): string {
  return addressOf(host)?.toString() ?? host.toLowerCase().replace(/\.$/, "");
}

function rangeOf(rule: string): [Address, number][] {
  if (ipaddr.isValidCIDR(rule)) {
    const [address, bits] = ipaddr.parseCIDR(rule);
    const plain = ipaddr.process(address.toString());
    const inner = plain.kind() !== address.kind() && bits >= 96;
    return [inner ? [plain, bits - 96] : [address, bits]];
  }
  const address = addressOf(rule);
  return address === null ? [] : [[address, address.toByteArray().length * 8]];
}

function hostRule(rule: string): (place: Destination) => boolean {
  const [, name = rule, port] = /^(.*?)(?::(\d+))?$/.exec(rule) ?? [];
  const anyPort = port === undefined;
  const host = plainHost(ascii(name));
  return (place) => {
    const fits = host.startsWith("*.")
      ? place.host.endsWith(host.slice(1)) && place.host.length > host.length - 1
      : place.host === host;
    return fits && (anyPort || place.port === Number(port));
  };
}

/** A name as URLs spell it: `bücher.example` → `xn--bcher-kva.example`. */
function ascii(name: string): string {
  const wild = name.startsWith("*.") ? "*." : "";
  const url = `http://${name.slice(wild.length)}`;
  return wild + (URL.canParse(url) ? new URL(url).hostname : name.slice(wild.length));
}
