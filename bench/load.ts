// The load generator, as a process of its own: told what to send, it sends it and tells what it saw. It looks at no more of
// an answer than its status and its length, so that its core has time left for the upstream.
import { connect } from "node:net";
import { receiver } from "./receiver.ts";

/** One kind of request. */
export interface LoadRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What is to be sent: over each connection one request after another, as fast as answers come. */
export interface LoadOrder {
  readonly url: string;
  readonly request: LoadRequest;
  readonly connections: number;
  readonly milliseconds: number;
}

/** What one measurement saw. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** The first answer that was no 2xx; null when all were. */
  readonly bad: string | null;
  /** Milliseconds that half of the answers took at most, and 99 of 100. */
  readonly p50: number;
  readonly p99: number;
}

process.on("message", (order: LoadOrder) => {
  void load(order).then((result) => process.send?.(result));
});
process.on("disconnect", () => process.exit());

interface Seen {
  bad: string | null;
  readonly durations: number[];
}

async function load({ url, request, connections, milliseconds }: LoadOrder): Promise<LoadResult> {
  const { hostname, port } = new URL(url);
  const bytes = bytesOf(request, `${hostname}:${port}`);
  const seen: Seen = { bad: null, durations: [] };
  const began = performance.now();
  const until = began + milliseconds;
  const each = Array.from({ length: connections }, () =>
    keepAsking(Number(port), bytes, until, seen),
  );
  await Promise.all(each);
  const seconds = (performance.now() - began) / 1_000;
  const sorted = Float64Array.from(seen.durations).toSorted();
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? NaN;
  return { requests: sorted.length, seconds, bad: seen.bad, p50: at(0.5), p99: at(0.99) };
}

function bytesOf({ method, path, headers = {}, body = "" }: LoadRequest, host: string): Buffer {
  const head = Object.entries({
    Host: host,
    Accept: "application/json",
    ...(method === "POST" && {
      "Content-Type": "application/json",
      "Content-Length": String(Buffer.byteLength(body)),
    }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join("")}\r\n${body}`);
}

/** Resolves when the time is over and the last answer has come. */
function keepAsking(port: number, bytes: Buffer, until: number, seen: Seen): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, ask);
    function ask() {
      sent = performance.now();
      socket.write(bytes);
    }
    const onAnswer = (head: string) => {
      const now = performance.now();
      seen.durations.push(now - sent);
      if (!head.startsWith("HTTP/1.1 2")) seen.bad ??= head;
      if (now < until) ask();
      else socket.destroy();
    };
    socket.on("data", receiver(onAnswer));
    socket.on("close", () => resolve());
    socket.on("error", reject);
  });
}
