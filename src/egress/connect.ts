import type { LookupAddress, LookupAllOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import { Agent, buildConnector } from "undici";
import { addressOf } from "../model/address.ts";
import { type Policy, type Vetting, denied } from "./policy.ts";

/** Finds all addresses of a name, as `dns.lookup` does with `all: true`. */
export type Lookup = (
  host: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A pool of connections that are made to permitted addresses alone. The address that was looked at is the one connected
 * to, so that a name which is looked up twice can't show two faces (DNS rebinding).
 */
export function guardedAgent(policy: Policy, vetting: Vetting, lookup: Lookup): Agent {
  const permits = (text: string, port: number) => {
    const address = addressOf(text);
    return address !== null && policy.permits(address, port, vetting);
  };

  const guarded =
    (port: number): LookupFunction =>
    (host, options, callback) => {
      lookup(host, { ...options, all: true }, (error, found) => {
        if (error) return callback(error, []);
        const good = found.filter(({ address }) => permits(address, port));
        const [first] = good;
        if (first === undefined) return callback(denied(`no address of ${host} is allowed`), []);
        if (options.all === true) callback(null, good);
        else callback(null, first.address, first.family);
      });
    };

  return new Agent({
    // How long to wait is the caller's to say, by its signal.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(options, callback) {
      const { hostname, protocol } = options;
      const port = Number(options.port) || (protocol === "https:" ? 443 : 80);
      // A host that is an address is never looked up.
      if (addressOf(hostname) === null || permits(hostname, port)) {
        buildConnector({ lookup: guarded(port) })(options, callback);
      } else callback(denied(`requests to ${hostname}:${port} are not allowed`), null);
    },
  });
}
