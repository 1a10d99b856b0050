import {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  createServer,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { answerClientError } from "./proxy/client-error.ts";

/** Where a listener listens. Port 0: any free one. */
interface Place {
  readonly host: string;
  readonly port: number;
}

/** What listens, and where. */
export interface ServingParts {
  readonly gateway: Place & {
    readonly options: ServerOptions;
    readonly listener: RequestListener;
    readonly upgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
  };
  readonly admin: Place & { readonly listener: RequestListener };
}

/** The two listeners. */
export interface Serving {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly adminUrl: string;
  /** The addresses and ports that they have, as the system tells them. */
  readonly places: readonly AddressInfo[];
  /** Takes no new connections, and resolves when the requests in flight are finished. The admin port still listens. */
  finish(): Promise<void>;
  /** Ends the admin port. */
  close(): Promise<void>;
}

/** How long requests in flight may take to end, in milliseconds. */
const GRACE = { gateway: 30_000, admin: 1_000 };

/** Listens. @throws the system's error when a port can't be had; then neither listens */
export async function serve({ gateway, admin }: ServingParts): Promise<Serving> {
  const server = createServer(gateway.options, gateway.listener);
  const adminServer = createServer(admin.listener);
  const upgraded = new Set<Duplex>();
  server.on("upgrade", (request, socket, head) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
    gateway.upgrade(request, socket as Socket, head);
  });
  for (const one of [server, adminServer]) one.on("clientError", answerClientError);
  await listen(adminServer, admin);
  try {
    await listen(server, gateway);
  } catch (error) {
    adminServer.close();
    throw error;
  }
  return {
    url: urlOf(server),
    adminUrl: urlOf(adminServer),
    places: [server, adminServer].map((one) => one.address() as AddressInfo),
    finish() {
      const done = finished(server, GRACE.gateway);
      // A WebSocket has no end to wait for.
      for (const socket of upgraded) socket.destroy();
      return done;
    },
    close: () => finished(adminServer, GRACE.admin),
  };
}

function listen(server: Server, { host, port }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** `http://127.0.0.1:8080`, `http://[::1]:8080`. */
function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

/** Waits for the requests in flight, and after `grace` milliseconds cuts what is left. */
function finished(server: Server, grace: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), grace);
    // A connection that was busy a moment ago is idle now, and would be kept alive.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
  });
}
