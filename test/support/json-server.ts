import { type RequestListener, type Server, createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { Json } from "../../src/model/json.ts";

/** json-server 0.17, as people run it, on data of its own in memory. */
export interface TestJsonServer {
  readonly url: string;
  readonly port: number;
  /** `["POST /posts"]`: what it was asked. */
  lines(): string[];
  stop(): Promise<void>;
}

type App = RequestListener & { use(handler: unknown): void };

/** The part of it that is used here; it has no types of its own. */
interface JsonServer {
  create(): App;
  defaults(options: { logger: boolean }): unknown;
  router(data: object): unknown;
}

const jsonServer = createRequire(import.meta.url)("json-server") as JsonServer;

/** Starts one. @param data by collection: `{ posts: [{ id: 1 }] }` */
export async function startJsonServer(
  data: Readonly<Record<string, readonly Json[]>>,
): Promise<TestJsonServer> {
  const asked: string[] = [];
  const app = jsonServer.create();
  app.use(jsonServer.defaults({ logger: false }));
  app.use(jsonServer.router(structuredClone(data)));
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    app(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    lines: () => [...asked],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
