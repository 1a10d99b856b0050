import dns from "node:dns";
import type { Dispatcher } from "undici";
import type { EgressConfig } from "../model/config.ts";
import type { IsCredential } from "../model/headers.ts";
import type { Outbound, OutboundAnswer, OutboundRequest } from "../model/outbound.ts";
import { StepError } from "../model/step-error.ts";
import { type Lookup, guardedAgent } from "./connect.ts";
import { type Hop, firstHop, nextHop } from "./hop.ts";
import { denied, egressPolicy } from "./policy.ts";
import type { OwnAddress } from "./own-addresses.ts";
import { readBody } from "./read-body.ts";

const MOST_REDIRECTS = 5;
/** Of a redirect's body, in bytes: it is read on so that its connection can be used again. */
const REDIRECT_BODY = 64 * 1024;

/** Makes calls of `request` steps, and can be closed. */
export interface Egress {
  readonly send: Outbound;
  /** Cuts what is still under way. */
  close(): Promise<void>;
}

/** The settings and parts of egress. */
export interface EgressOptions extends EgressConfig {
  /** The most bytes of an answer, decompressed. */
  readonly limit: number;
  /** Where the gateway itself listens. */
  readonly own: () => readonly OwnAddress[];
  /** Which headers another origin is not sent. */
  readonly isCredential: IsCredential;
  /** Finds the addresses of a name. */
  readonly lookup?: Lookup;
}

/**
 * Calls URLs within what `egress:` allows: decided on the parsed URL, and again on the address that is connected to, for
 * each redirect. See docs/security.md.
 *
 * An origin written out in the configuration may be called; another, which an expression computed or a redirect leads to,
 * only if `allow` lists it. `deny`, link-local and metadata addresses, and the gateway's own listeners hold for all.
 */
export function egress({
  allow,
  deny,
  limit,
  own,
  isCredential,
  lookup = dns.lookup,
}: EgressOptions): Egress {
  const policy = egressPolicy({ allow, deny }, own);
  // Two pools, so that no connection to an address that `allow` does not hold is used again where it must.
  const agents = {
    vetted: guardedAgent(policy, "vetted", lookup),
    "by address": guardedAgent(policy, "by address", lookup),
  };

  const exchange = async (hop: Hop, trusted: string | null, signal: AbortSignal) => {
    const agent = agents[policy.judge(hop.url, trusted)];
    return agent.request({
      origin: hop.url.origin,
      path: hop.url.pathname + hop.url.search,
      method: hop.method,
      headers: hop.headers,
      body: hop.body,
      signal,
    });
  };

  const follow = async (request: OutboundRequest): Promise<OutboundAnswer> => {
    const url = urlOf(request.to.url);
    const trusted = request.to.literalOrigin ? url.origin : null;
    let hop = firstHop(url, request);
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const { statusCode: status, headers, body } = await exchange(hop, trusted, request.signal);
      const next = nextHop(hop, status, joined(headers)["location"], isCredential);
      if (next === null) {
        const encoding = joined(headers)["content-encoding"] ?? "";
        const { bytes, decoded } = await readBody(body, encoding, limit);
        return { status, headers: decoded ? plain(joined(headers)) : joined(headers), body: bytes };
      }
      await body.dump({ limit: REDIRECT_BODY, signal: request.signal });
      hop = next;
    }
    throw new StepError("EGRESS_REDIRECTS", `more than ${MOST_REDIRECTS} redirects`, {
      retryable: false,
    });
  };

  return {
    async send(request) {
      try {
        return await follow(request);
      } catch (error) {
        if (request.signal.aborted) throw request.signal.reason;
        throw error instanceof StepError ? error : unreachable(request.to.url, error);
      }
    },
    close: async () => {
      await Promise.all(Object.values(agents).map((agent) => agent.destroy()));
    },
  };
}

function urlOf(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw denied("the URL can't be read: it should be http://… or https://…");
}

/** Several of one name are joined by `, `. */
function joined(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  const pairs = Object.entries(headers).map(([name, value]) => [
    name,
    [value ?? []].flat().join(", "),
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** Without what described the body as it was compressed. */
function plain(headers: Record<string, string>): Record<string, string> {
  if (headers["content-encoding"] === undefined) return headers;
  const { "content-encoding": _coding, "content-length": _length, ...rest } = headers;
  return rest;
}

/** The message names only the host: path and query may hold secrets. */
function unreachable(url: string, error: unknown): StepError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code ?? message;
  return new StepError("EGRESS_UNREACHABLE", `${new URL(url).origin} can't be reached: ${why}`, {
    cause: error,
  });
}
