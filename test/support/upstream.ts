import {
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
  createServer,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What an upstream was asked. `headers` are raw pairs, as they came. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** A real small HTTP server that remembers what it was asked. */
export interface TestUpstream {
  readonly url: string;
  readonly port: number;
  readonly asked: Asked[];
  /** `["POST /posts"]`: the lines alone. */
  lines(): string[];
  stop(): Promise<void>;
}

/** Answers one request whose body has been read. */
export type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** Starts an upstream that reads each request whole, remembers it, and lets `answer` answer. Default: 200 `{}`. */
export function startUpstream(answer: Answer = answerEmpty): Promise<TestUpstream> {
  const asked: Asked[] = [];
  return listen(asked, (request, response) => {
    buffer(request).then(
      (body) => {
        const { method = "", url = "", rawHeaders: headers } = request;
        asked.push({ method, url, headers, body });
        answer(request, response, body);
      },
      () => response.destroy(),
    );
  });
}

/** Starts an upstream whose handler does as it likes; `asked` stays empty. */
export function startRawUpstream(handler: RequestListener): Promise<TestUpstream> {
  return listen([], handler);
}

/** Answers with a JSON body. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const answerEmpty: Answer = (_request, response) => answerJson(response, 200, {});

async function listen(asked: Asked[], handler: RequestListener): Promise<TestUpstream> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    lines: () => asked.map(({ method, url }) => `${method} ${url}`),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
