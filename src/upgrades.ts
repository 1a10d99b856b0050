import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Look } from "./front/front-door.ts";
import { steeringHeaders } from "./front/steering-headers.ts";
import { METHOD_OVERRIDES, headerPairs } from "./model/headers.ts";
import type { Log } from "./model/log.ts";
import type { RequestObserver } from "./model/observer.ts";
import type { Upstream } from "./model/upstream.ts";

/**
 * Makes a server ask before it lets a request become an upgrade. Node knows no such question in version 20: it looks at
 * `request.upgrade` when the head has come, so that is what answers. A request that may not be one is an ordinary request,
 * which RFC 9110, section 7.8, allows.
 * @param requests the class of the server's requests
 */
export function decideUpgrades(
  requests: typeof IncomingMessage,
  may: (request: IncomingMessage) => boolean,
): void {
  const asked = new WeakSet<IncomingMessage>();
  Object.defineProperty(requests.prototype, "upgrade", {
    configurable: true,
    get(this: IncomingMessage) {
      return asked.has(this) && may(this);
    },
    set(this: IncomingMessage, value: unknown) {
      if (value === true) asked.add(this);
    },
  });
}

/**
 * Whether a request may become an upgrade. Only a pass-through request may: no workflow sees the bytes of an upgraded
 * connection, nor the request that asks for it. Never `h2c`, which is the client's offer to speak HTTP/2 here.
 * @param keepHeaders see `WaysParts`
 */
export function mayUpgrade(
  request: IncomingMessage,
  look: Look,
  keepHeaders: ReadonlySet<string> | null,
): boolean {
  const { method = "", url = "/", headers, rawHeaders } = request;
  const { severalHosts, names } = steeringHeaders(request, keepHeaders);
  if (severalHosts || names.size > 0) return false;
  if (/(^|,)\s*h2c\s*(,|$)/i.test(headers.upgrade ?? "")) return false;
  const verdict = look(method, url);
  if (verdict.way === "web") return true;
  if (verdict.way !== "pass" || verdict.line.method !== method || verdict.line.path !== url) {
    return false;
  }
  const overridden = headerPairs(rawHeaders).some(([name]) =>
    METHOD_OVERRIDES.has(name.toLowerCase()),
  );
  return !(verdict.withoutOverride && overridden);
}

/** The parts of the way of upgrades. */
export interface UpgradedParts {
  readonly upstream: Pick<Upstream, "upgrade">;
  readonly observer: Pick<RequestObserver, "upgraded">;
  readonly log: Pick<Log, "error">;
}

/** The way of requests that became upgrades. What is thrown on it is a bug: it ends that connection, and nothing else. */
export const upgraded =
  ({ upstream, observer, log }: UpgradedParts) =>
  (request: IncomingMessage, socket: Socket, first: Buffer): void => {
    upstream.upgrade(request, socket, first).then(observer.upgraded, (error: unknown) => {
      log.error({ err: error }, "an upgrade met an unexpected error");
      socket.destroy();
    });
  };
