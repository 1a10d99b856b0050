import type { IncomingMessage } from "node:http";
import { GatewayError } from "../model/errors.ts";
import { LinkedList } from "../model/linked-list.ts";

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
  const watch = stallWatch(patience);
  return (request, ...rest) => {
    if (request.complete) return read(request, ...rest);
    return new Promise((resolve, reject) => {
      const leave = watch(request, () => reject(late()));
      const erred = (error: unknown) => {
        leave();
        reject(request.complete ? error : brokenOff(error));
      };
      read(request, ...rest).then((content) => {
        leave();
        resolve(content);
      }, erred);
    });
  };
}

/** A request whose body comes. */
interface Coming {
  readonly request: IncomingMessage;
  readonly stalled: () => void;
  /** Bytes that had come when it was last looked at. */
  read: number;
  /** When the last byte came, as far as is known. By the monotonic clock. */
  since: number;
}

/**
 * Watches requests until they are whole, and tells of those that no byte came of for so long. One timer looks at all of them.
 * The function that it gives takes one in, and gives what lets it go.
 */
function stallWatch(patience: number) {
  const coming = new LinkedList<Coming>();
  let timer: NodeJS.Timeout | null = null;
  const look = () => {
    const now = performance.now();
    for (const one of coming) {
      const { bytesRead } = one.request.socket;
      if (bytesRead > one.read || one.request.complete) one.since = now;
      one.read = bytesRead;
      if (now - one.since >= patience) one.stalled();
    }
    if (!coming.isEmpty || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
  return (request: IncomingMessage, stalled: () => void): (() => void) => {
    const { bytesRead } = request.socket;
    const one: Coming = { request, stalled, read: bytesRead, since: performance.now() };
    const node = coming.add(one);
    timer ??= setInterval(look, Math.ceil(patience / LOOKS)).unref();
    return () => coming.remove(node);
  };
}

/** How often it is looked whether a byte came, within the time that there is for one. */
const LOOKS = 8;

const brokenOff = (error: unknown): unknown =>
  error instanceof GatewayError
    ? error
    : new GatewayError("BAD_REQUEST", "The body broke off", { cause: error });

const late = () => new GatewayError("REQUEST_TIMEOUT", "The request's body did not come in time");
