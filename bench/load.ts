import { type Socket, connect } from "node:net";

/** Connections that send one request after another. */
const CONNECTIONS = 64;

/** One kind of request. */
export interface LoadRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body: string | null;
}

/** What one measurement saw. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** Answers that were no 2xx. */
  readonly bad: number;
}

/** Sends requests for a time over 64 keep-alive connections, as fast as answers come. */
export async function load(
  url: string,
  request: LoadRequest,
  milliseconds: number,
): Promise<LoadResult> {
  const { hostname, port } = new URL(url);
  const bytes = requestBytes(request, `${hostname}:${port}`);
  const counts = { requests: 0, bad: 0 };
  const began = performance.now();
  const until = began + milliseconds;
  const each = Array.from({ length: CONNECTIONS }, () =>
    keepAsking(Number(port), bytes, until, counts),
  );
  await Promise.all(each);
  return { ...counts, seconds: (performance.now() - began) / 1_000 };
}

function requestBytes({ method, path, body }: LoadRequest, host: string): Buffer {
  const head = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, "Accept: application/json"];
  if (body !== null) {
    head.push("Content-Type: application/json", `Content-Length: ${Buffer.byteLength(body)}`);
  }
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body ?? ""}`);
}

function keepAsking(
  port: number,
  bytes: Buffer,
  until: number,
  counts: { requests: number; bad: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.setNoDelay(true);
    let seen = "";
    socket.on("data", (chunk) => {
      seen += chunk.toString("latin1");
      if (!isWhole(seen)) return;
      counts.requests++;
      if (!seen.startsWith("HTTP/1.1 2")) counts.bad++;
      seen = "";
      if (performance.now() < until) socket.write(bytes);
      else socket.end();
    });
    socket.on("close", () => resolve());
    socket.on("error", reject);
  });
}

/** Whether one answer has come in full. */
function isWhole(text: string): boolean {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1];
  return length === undefined
    ? text.endsWith("0\r\n\r\n")
    : text.length >= head + 4 + Number(length);
}
