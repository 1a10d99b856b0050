import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import {
  type Agent,
  type IncomingMessage,
  type RequestListener,
  type Server,
  createServer,
  request as httpRequest,
} from "node:http";
import { type AddressInfo, type Socket, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { readConfig } from "../../src/configuration.ts";
import { startGateway } from "../../src/gateway.ts";

/** The three ways of a request through the gateway, by the path that leads to each. */
export const WAYS = [
  { way: "passed through", path: "/api/notes" },
  { way: "that concerns a workflow", path: "/api/posts" },
  { way: "outside the prefix", path: "/site/page" },
] as const;

/** A gateway and the upstream behind it; a test says what the upstream does. */
export interface Place {
  readonly gateway: number;
  readonly upstream: number;
  readonly server: Server;
  /** What the upstream does with a request, until the next `answer`. */
  answer(listener: RequestListener): void;
  /** Connections to the upstream that are open. */
  sockets(): readonly Socket[];
  stop(): Promise<void>;
}

/** Starts both on free ports. @param upstream more of the configuration's `upstream` */
export async function startPlace(upstream = "", more = ""): Promise<Place> {
  let listener: RequestListener | null = null;
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) =>
    listener?.(request, response),
  );
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket.on("error", () => undefined));
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const folder = await mkdtemp(join(tmpdir(), "sidehook-"));
  const file = join(folder, "gateway.yaml");
  await writeFile(file, configuration(port, upstream) + more);
  const gateway = await readConfig(file, {})
    .then((config) => startGateway(config, {}))
    .catch((error: unknown) => {
      server.close();
      throw error;
    });
  return {
    gateway: Number(new URL(gateway.url).port),
    upstream: port,
    server,
    answer: (next) => void (listener = next),
    sockets: () => [...sockets],
    async stop() {
      for (const socket of sockets) socket.destroy();
      await gateway.stop();
      server.close();
      server.closeAllConnections();
      await rm(folder, { recursive: true });
    },
  };
}

const configuration = (port: number, upstream: string) => `
listen: { port: 0 }
admin: { port: 0 }
store: { url: "sqlite:./history.db" }
log: { level: error, format: json }
upstream: { url: "http://127.0.0.1:${port}", prefix: /api${upstream} }
workflows:
  look:
    trigger: { type: pre-action, collection: posts, global: true, actions: [list, get, create, update, destroy], bodies: any }
    steps: [{ type: log, message: seen }]
`;

/** What a client sends. Raw header pairs. */
export interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: readonly string[];
  readonly body?: Buffer | string;
}

/** What a client got, as it came. */
export interface Got {
  readonly status: number;
  readonly reason: string;
  /** Raw pairs. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly trailers: readonly string[];
  /** 1xx answers before it: status and raw pairs. */
  readonly informed: readonly (readonly [number, readonly string[]])[];
}

/** Asks; without an agent on a connection of its own, which is closed after it. */
export async function ask(
  port: number,
  { method = "GET", path, headers = [], body }: Sent,
  agent: Agent | false = false,
): Promise<Got> {
  const options = {
    host: "127.0.0.1",
    port,
    method,
    path,
    agent,
    joinDuplicateHeaders: false,
  };
  const outgoing = httpRequest({
    ...options,
    headers: ["Host", "site.example", ...headers],
  } as object);
  const informed: [number, string[]][] = [];
  outgoing.on("information", ({ statusCode, rawHeaders }) =>
    informed.push([statusCode, rawHeaders]),
  );
  outgoing.end(body);
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  const bytes = await buffer(answer);
  return {
    status: answer.statusCode ?? 0,
    reason: answer.statusMessage ?? "",
    headers: answer.rawHeaders,
    body: bytes,
    trailers: answer.rawTrailers,
    informed,
  };
}

/** Writes bytes on a bare connection and reads all that comes until it is closed, or `enough` holds. Bytes as latin1. */
export async function exchange(
  port: number,
  bytes: string | Buffer,
  enough: (text: string) => boolean = () => false,
): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket
    .on("error", () => undefined)
    .write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  let text = "";
  await new Promise<void>((resolve) => {
    socket
      .on("close", () => resolve())
      .on("data", (chunk) => {
        text += chunk.toString("latin1");
        if (enough(text)) resolve();
      });
  });
  socket.destroy();
  return text;
}

/** Waits until a condition holds; after 50 s, which is only a bound for what never comes, it says what it waited for. */
export async function until(what: string, holds: () => boolean, within = 50_000): Promise<void> {
  const end = performance.now() + within;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Raw pairs without those of the connection and those that the gateway adds to an answer. */
export function endToEnd(raw: readonly string[]): string[] {
  const own = /^(connection|keep-alive|transfer-encoding|trailer|x-request-id|workflow-.*)$/i;
  return raw.filter((_, at) => !own.test(raw[at - (at % 2)] ?? ""));
}

/** The values of one header among raw pairs. */
export const valuesOf = (raw: readonly string[], name: string): string[] =>
  raw.filter((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === name.toLowerCase());
