import { type IncomingMessage, STATUS_CODES, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { headerPairs } from "../model/headers.ts";

/**
 * An answer to a request for an upgrade, on the bare connection that Node leaves of it: for a refusal or an error, after
 * which the connection ends. That the client goes away closes it, as it does any answer.
 * @param first bytes that came with the request, and belong to the new protocol
 */
export function answerOn(request: IncomingMessage, socket: Socket, first: Buffer): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.useChunkedEncodingByDefault = false;
  response.assignSocket(socket);
  response.once("finish", () => socket.destroySoon());
  socket.unshift(first);
  socket
    .on("error", () => socket.destroy())
    .on("drain", () => response.emit("drain"))
    .on("readable", watch)
    .once("end", abandon);
  return response;
}

/** Notices the end of a stream that is not read yet, and leaves its bytes where they are. */
function watch(this: Socket): void {
  if (this.readableLength === 0) this.read(0);
}

/** A client that says no more before it is answered has gone. */
function abandon(this: Socket): void {
  this.destroy();
}

/**
 * Tells the client that the upstream consents, and joins the two connections: what comes on one goes out on the other, and
 * when one ends, so does the other.
 * @param head raw pairs, as they came
 */
export function join(
  response: ServerResponse,
  status: number,
  head: readonly string[],
  upstream: Duplex,
): void {
  const { socket: client } = response;
  upstream.on("error", () => upstream.destroy());
  if (client === null || client.destroyed) return void upstream.destroy();
  response.detachSocket(client);
  client.off("readable", watch).off("end", abandon);
  const lines = headerPairs(head).map(([name, value]) => `${name}: ${value}\r\n`);
  client.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n`, "latin1");
  client.pipe(upstream).pipe(client);
  // The bytes that a side still has to write are written before it closes.
  client.once("close", () => (upstream as Socket).destroySoon());
  upstream.once("close", () => client.destroySoon());
}
