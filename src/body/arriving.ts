import type { IncomingMessage } from "node:http";
import { GatewayError } from "../model/errors.ts";

/** Reads something of a request's body. */
type Read<Rest extends unknown[], Content> = (
  request: IncomingMessage,
  ...rest: Rest
) => Promise<Content>;

/**
 * Has a body come while it is read. The reading errs when no byte came for a while, or the client went away.
 * @param patience milliseconds without a byte
 * @throws {GatewayError} REQUEST_TIMEOUT, BAD_REQUEST; and as `read`
 */
export function arriving<Rest extends unknown[], Content>(
  read: Read<Rest, Content>,
  patience: number,
): Read<Rest, Content> {
  return async (request, ...rest) => {
    if (request.complete) return read(request, ...rest);
    const stalled = stallOf(request, patience);
    try {
      return await Promise.race([read(request, ...rest), stalled.promise]);
    } catch (error) {
      if (error instanceof GatewayError || request.complete) throw error;
      throw new GatewayError("BAD_REQUEST", "The body broke off", { cause: error });
    } finally {
      stalled.clear();
    }
  };
}

/** A promise that is rejected when a request stalls before it is whole. */
function stallOf(request: IncomingMessage, patience: number) {
  const { socket } = request;
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    let read = socket.bytesRead;
    let since = performance.now();
    timer = setInterval(
      () => {
        const now = performance.now();
        if (socket.bytesRead > read || request.complete) since = now;
        read = socket.bytesRead;
        if (now - since >= patience) reject(late());
      },
      Math.ceil(patience / LOOKS),
    );
  });
  return { promise, clear: () => clearInterval(timer) };
}

/** How often it is looked whether a byte came, within the time that there is for one. */
const LOOKS = 8;

const late = () => new GatewayError("REQUEST_TIMEOUT", "The request's body did not come in time");
