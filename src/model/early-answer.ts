import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How long a client that was answered may go on sending: in all, and without a byte. In milliseconds. */
const PATIENCE = { all: 30_000, silent: 2_000 };

/** How much it may send meanwhile, in bytes. */
const ENOUGH = 64 * 1024 * 1024;

/**
 * For an answer to a request that has not come whole. Gives the header that such an answer has, as a raw pair, and has its
 * connection closed slowly; for any other answer, nothing. To be called when the head is written.
 *
 * A connection that is closed under a client that still sends takes the answer with it. So the client is told that the
 * connection ends here, gets the whole answer and the end of the stream, and what it goes on sending is read and dropped,
 * within bounds.
 * @see RFC 9112, section 9.6
 */
export function earlyAnswer({ req: request }: ServerResponse): string[] {
  if (request.complete) return [];
  const { socket } = request;
  // Node calls this when the last answer of a connection is written.
  socket.destroySoon = () => {
    socket.end();
    if (request.complete) return void socket.destroy();
    request.once("end", () => socket.destroy());
    request.resume();
    abandonInTime(socket);
  };
  return ["Connection", "close"];
}

function abandonInTime(socket: Socket): void {
  const begun = socket.bytesRead;
  const last = performance.now() + PATIENCE.all;
  let read = begun;
  let heard = performance.now();
  const look = setInterval(() => {
    const now = performance.now();
    if (socket.bytesRead > read) heard = now;
    read = socket.bytesRead;
    const isEnough = read - begun > ENOUGH || now > last || now - heard > PATIENCE.silent;
    if (isEnough) socket.destroy();
  }, EVERY).unref();
  socket.once("close", () => clearInterval(look));
}

/** How often it is looked at, in milliseconds. */
const EVERY = 100;
