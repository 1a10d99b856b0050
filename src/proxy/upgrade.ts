import { type ClientRequest, type IncomingMessage, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { errorBody } from "../model/errors.ts";
import { headerPairs } from "../model/headers.ts";
import { upstreamError } from "./failure.ts";
import { answerHead } from "./header-rules.ts";

/** Client sockets that speak another protocol by now: nobody may write an answer to them. */
const switched = new WeakSet<Duplex>();

/**
 * Sees an upgrade through that http-proxy has asked for: the upstream's consent with its headers as they came, its refusal
 * as an answer like any other; and when either side goes, the other goes too.
 */
export function awaitUpgrade(outgoing: ClientRequest, socket: Socket, requestId: string): void {
  const abandon = () => outgoing.destroy();
  socket.once("end", abandon).once("close", abandon);
  // http-proxy writes the upstream's head as text.
  socket.setDefaultEncoding("latin1");
  outgoing.once("upgrade", (answer: IncomingMessage, upstream: Socket) => {
    switched.add(socket);
    socket.off("end", abandon).off("close", abandon);
    // What http-proxy writes out; names in lower case are none of the upstream's.
    answer.headers = namedHeaders(answer.rawHeaders);
    socket.once("close", () => upstream.destroySoon());
    upstream.once("close", () => socket.destroySoon());
  });
  // http-proxy's own way with a refusal announces chunks and sends none. It is put there after this, and replaced.
  queueMicrotask(() => {
    outgoing.removeAllListeners("response");
    outgoing.once("response", (answer: IncomingMessage) => refuse(answer, socket, requestId));
  });
}

/** Answers a client with the upstream's refusal to upgrade. */
function refuse(answer: IncomingMessage, socket: Socket, requestId: string): void {
  const raw = answer.rawHeaders.map((text) => Buffer.from(text, "latin1"));
  const head = answerHead(raw, ["Connection", "close"], requestId);
  writeHead(socket, answer.statusCode ?? 502, answer.statusMessage ?? "", head);
  answer.once("aborted", () => socket.destroy());
  answer.pipe(socket);
}

/** Answers a client whose upgrade came to nothing. */
export function refuseUpgrade(socket: Duplex, error: unknown): void {
  if (switched.has(socket) || !socket.writable) return void socket.destroy();
  const told = upstreamError(error);
  const body = JSON.stringify(errorBody(told));
  const length = String(Buffer.byteLength(body));
  const head = ["Content-Type", "application/json", "Content-Length", length];
  writeHead(socket, told.status, STATUS_CODES[told.status] ?? "", [...head, "Connection", "close"]);
  socket.end(body, "utf8");
}

function writeHead(socket: Duplex, status: number, reason: string, raw: readonly string[]): void {
  const lines = headerPairs(raw).map(([name, value]) => `${name}: ${value}`);
  socket.write(`${[`HTTP/1.1 ${status} ${reason}`, ...lines].join("\r\n")}\r\n\r\n`, "latin1");
}

/** Raw pairs as an object, with names as they came. */
function namedHeaders(raw: readonly string[]): Record<string, string[]> {
  const named: Record<string, string[]> = {};
  for (const [name, value] of headerPairs(raw)) (named[name] ??= []).push(value);
  return named;
}
