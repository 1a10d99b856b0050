import ipaddr from "ipaddr.js";

/** An IP address; IPv4 in its IPv6 clothes counts as IPv4. */
export type Address = ReturnType<typeof ipaddr.parse>;

/** Reads an address as `URL.hostname` and DNS give it: `10.0.0.1`, `[::1]`, `fe80::1%eth0`. Null when it is a name. */
export function addressOf(host: string): Address | null {
  const bare = host.replace(/^\[|\]$/g, "");
  // Not `ipaddr.isValid` alone: that takes `1` and `0x7f` for addresses too, which only a URL parser may read so.
  const isAddress = bare.includes(":") || ipaddr.IPv4.isValidFourPartDecimal(bare);
  return isAddress && ipaddr.isValid(bare) ? ipaddr.process(bare) : null;
}

/** Prefixes whose IPv6 addresses lead to an IPv4 one, and the byte where that stands. RFC 6052, 6145, 3056, 4291. */
const EMBEDDING: readonly (readonly [cidr: string, at: number])[] = [
  ["64:ff9b::/96", 12],
  ["::ffff:0:0:0/96", 12],
  ["::/96", 12],
  ["2002::/16", 2],
];

/**
 * Whether no request may ever go to the host of a URL: an address that `isNeverAllowed`, or a name of cloud metadata. The
 * other spellings of an IPv4 address (`2852039166`, `0xa9fea9fe`) are one already, since URL parsers read them so.
 * @param host as `URL.hostname` gives it, without a last dot
 */
export function isForbiddenHost(host: string): boolean {
  const address = addressOf(host);
  return address === null ? METADATA_NAMES.has(host.toLowerCase()) : isNeverAllowed(address);
}

/** Whether no request may ever go there: link-local, cloud metadata, and `0.0.0.0`, which is not a destination. */
export function isNeverAllowed(address: Address): boolean {
  if (address.range() === "linkLocal" || isUnspecified(address)) return true;
  if (METADATA.has(address.toString())) return true;
  const inner = embedded(address);
  return inner !== null && isNeverAllowed(inner);
}

/** The addresses at which clouds tell machines their secrets, beside the link-local 169.254.169.254. */
const METADATA: ReadonlySet<string> = new Set(
  [
    "fd00:ec2::254", // AWS
    "fd00:ec2::23", // AWS, pod identity
    "fd20:ce::254", // Google
    "100.100.100.200", // Alibaba
    "192.0.0.192", // Oracle
    "168.63.129.16", // Azure
  ].map((text) => ipaddr.parse(text).toString()),
);

/** Names of the same. */
const METADATA_NAMES: ReadonlySet<string> = new Set([
  "metadata.google.internal",
  "metadata.goog",
  "metadata",
  "instance-data",
  "instance-data.ec2.internal",
]);

/** Whether it stands for every address of a machine: `0.0.0.0`, `::`. */
export const isUnspecified = (address: Address): boolean => address.range() === "unspecified";

function embedded(address: Address): Address | null {
  if (address.kind() === "ipv4" || address.toString() === "::1") return null;
  const found = EMBEDDING.find(([cidr]) => address.match(ipaddr.parseCIDR(cidr)));
  if (!found) return null;
  return ipaddr.fromByteArray(address.toByteArray().slice(found[1], found[1] + 4));
}

/** The address and the one inside it, if any: what a range must be held against. */
export function meant(address: Address): readonly Address[] {
  const inner = embedded(address);
  return inner === null ? [address] : [address, inner];
}
