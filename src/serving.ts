import {
  type IncomingMessage,
  type RequestListener,
  type ServerOptions,
  createServer,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Place, listenerOf } from "./listener.ts";
import type { ListenConfig, Timeouts } from "./model/config.ts";
import type { Connections } from "./model/observer.ts";
import type { Log } from "./model/log.ts";
import { connectionsWithin, openFileLimit } from "./open-files.ts";
import { decideUpgrades } from "./upgrades.ts";

/** The servers, and the addresses that they listen on. */
export interface ServingParts {
  readonly gateway: ListenConfig & {
    readonly options: ServerOptions & { readonly IncomingMessage: typeof IncomingMessage };
    readonly mayUpgrade: (request: IncomingMessage) => boolean;
    readonly listener: RequestListener;
    readonly upgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
  };
  readonly admin: Place & { readonly listener: RequestListener };
  readonly log: Pick<Log, "warn">;
}

/** The two listeners. */
export interface Serving {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly adminUrl: string;
  /** The addresses and ports that they have, as the system tells them. */
  readonly addresses: readonly AddressInfo[];
  /** Resolves when all requests are answered that have come since this was asked for the last time. */
  answered(): Promise<void>;
  /** From now on heads of requests may have so many bytes, on connections that are made from now on. */
  limitHeads(bytes: number): void;
  /** Those of the port that clients reach. */
  connections(): Connections;
  /** Takes no new connections, and resolves when the requests in flight are finished. The admin port still listens. */
  finish(): Promise<void>;
  /** Ends the admin port. */
  close(): Promise<void>;
}

/** How long connections may stay open when the process stops. */
const GRACE = { answered: 30_000, idle: 200 };
const ADMIN_GRACE = { answered: 1_000, idle: 0 };

/** How many connections the admin port has. */
const ADMIN = { served: 64, open: 64 };

/** Listens. @throws the system's error when a port can't be opened; then neither listens */
export async function serve({ gateway, admin, log }: ServingParts): Promise<Serving> {
  const { connections, timeouts } = gateway;
  const files = openFileLimit();
  const { served, open } = connectionsWithin(connections, files);
  if (served < connections / 2) {
    const message = `this process may open ${files} files, so ${served} connections are served at once`;
    log.warn({ connections }, message);
  }
  const server = createServer({ ...gateway.options, ...deadlines(timeouts) });
  const listener = listenerOf(server, { served, open, idle: timeouts.idle });
  server.on("request", gateway.listener);
  server.on("upgrade", (request, socket, head) => {
    gateway.upgrade(request, socket as Socket, head);
  });
  // One that comes while an earlier request is answered has to wait for its turn, as any request does.
  decideUpgrades(
    gateway.options.IncomingMessage,
    (request) => !listener.isAnswered(request.socket) && gateway.mayUpgrade(request),
  );
  const adminServer = createServer(deadlines(timeouts));
  const adminListener = listenerOf(adminServer, { ...ADMIN, idle: timeouts.idle });
  adminServer.on("request", admin.listener);

  const adminAddress = await adminListener.listen(admin);
  const address = await listener.listen(gateway).catch(async (error: unknown) => {
    await adminListener.finish({ answered: 0, idle: 0 });
    throw error;
  });
  return {
    url: urlOf(address),
    adminUrl: urlOf(adminAddress),
    addresses: [address, adminAddress],
    answered: () => listener.answered(),
    limitHeads(bytes) {
      // Node reads it anew for each connection, but does not list it among a server's properties.
      Object.assign(server, { maxHeaderSize: bytes });
    },
    connections: listener.connections,
    finish: () => listener.finish(GRACE),
    close: () => adminListener.finish(ADMIN_GRACE),
  };
}

/** `http://127.0.0.1:8080`, `http://[::1]:8080`. */
const urlOf = ({ address, port, family }: AddressInfo): string =>
  `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;

/** The timeouts that Node applies to requests. Bodies have none: uploads may take any time. */
function deadlines({ head, idle }: Timeouts): ServerOptions {
  // Node closes an idle connection a second later than it tells the client, so that no request meets a closing one. Node 20
  // knows no other buffer than that.
  const keepAlive = {
    keepAliveTimeout: Math.max(1, idle - 1_000),
    keepAliveTimeoutBuffer: Math.min(1_000, idle),
  };
  return {
    ...keepAlive,
    headersTimeout: head,
    requestTimeout: 0,
    // By default it would look every 30 seconds.
    connectionsCheckingInterval: Math.min(1_000, Math.ceil(head / 4)),
  };
}
