import type { Server, ServerResponse } from "node:http";
import { type AddressInfo, type Socket, createServer } from "node:net";
import type { Connections } from "./model/observer.ts";
import { answerClientError } from "./proxy/client-error.ts";

/** The bounds of a listener's connections. */
export interface ConnectionBounds {
  /** How many are served at once. Others wait: nothing is read of them until one has gone. */
  readonly served: number;
  /** How many may be open, served or waiting. Of more, the newest is closed at once. */
  readonly open: number;
  /** How long one may stay open without a request, in milliseconds. */
  readonly idle: number;
}

/** A port that is listened on. */
export interface Listener {
  /** Listens, and gives the address as the system tells it. @throws the system's error when the port can't be opened */
  listen(place: Place): Promise<AddressInfo>;
  /** How many connections there are, and have been refused. */
  connections(): Connections;
  /** Whether an answer to an earlier request of a connection is still under way. */
  isAnswered(socket: Socket): boolean;
  /** Resolves when all requests are answered that have come since this was asked for the last time. */
  answered(): Promise<void>;
  /**
   * Takes no new connections. Every answer that begins from now on is the last one of its connection, and no answer is cut
   * before its time is over. Resolves when all connections have gone.
   */
  finish(grace: Grace): Promise<void>;
}

/** How long connections may stay open when the process stops, in milliseconds. */
export interface Grace {
  /** While they are answered. */
  readonly answered: number;
  /** While they are not: a client that is busy may have its next request on the way. */
  readonly idle: number;
}

/** Where a listener listens. Port 0: any free one. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** How often connections are looked at while the process stops, in milliseconds. */
const EVERY = 20;

/**
 * Makes the listener of a server. It accepts connections and hands them to the server as slots become free, since Node's own
 * bound refuses connections that are over it.
 * @param server does not listen itself
 */
export function listenerOf(server: Server, { served, open, idle }: ConnectionBounds): Listener {
  const door = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, arrive);
  const waiting = new Set<Socket>();
  /** The connections that are served, each with the answer to its latest request. */
  const answers = new Map<Socket, ServerResponse | null>();
  /** Answers that are waited for already, by whoever asked before. */
  const awaited = new WeakSet<ServerResponse>();
  let stopping = false;
  let refused = 0;
  let malformed = 0;

  function arrive(socket: Socket): void {
    if (answers.size + waiting.size >= open) {
      refused++;
      return void socket.destroy();
    }
    socket.on("error", () => socket.destroy()).once("close", () => leave(socket));
    if (answers.size < served) serve(socket);
    else waiting.add(socket);
  }

  function serve(socket: Socket): void {
    answers.set(socket, null);
    server.emit("connection", socket);
    // Node's own timeout for idle connections begins with the first answer.
    socket.setTimeout(idle);
    socket.resume();
  }

  function leave(socket: Socket): void {
    waiting.delete(socket);
    if (!answers.delete(socket)) return;
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    serve(next);
  }

  const isAnswered = (socket: Socket) => {
    const latest = answers.get(socket) ?? null;
    // One that is written out keeps its socket for a moment.
    return latest !== null && !(latest.writableFinished && latest.socket === null);
  };

  server.on("request", ({ socket }, response) => {
    answers.set(socket, response);
    if (stopping) response.shouldKeepAlive = false;
  });
  server.on("clientError", (error, socket: Socket) => {
    malformed++;
    answerClientError(error, socket, answers.get(socket) ?? null);
  });
  server.on("timeout", (socket) => {
    // The head of a first request has a deadline of its own.
    const hasBegun = answers.get(socket) === null && socket.bytesRead > 0;
    if (!hasBegun && !isAnswered(socket)) socket.destroy();
  });

  /** Closes connections as soon as they have not been answered for a while. */
  function closeIdle(patience: number): NodeJS.Timeout {
    const since = new WeakMap<Socket, number>();
    return setInterval(() => {
      const now = performance.now();
      for (const socket of answers.keys()) {
        if (isAnswered(socket)) since.delete(socket);
        else if (!since.has(socket)) since.set(socket, now);
        else if (now - (since.get(socket) ?? now) >= patience) socket.destroy();
      }
    }, EVERY);
  }

  return {
    connections: () => ({ served: answers.size, waiting: waiting.size, refused, malformed }),
    isAnswered,
    async answered() {
      const underWay = [...answers].flatMap(([socket, response]) => {
        if (response === null || awaited.has(response) || !isAnswered(socket)) return [];
        awaited.add(response);
        return [closed(socket, response)];
      });
      await Promise.all(underWay);
    },
    async listen({ host, port }) {
      await new Promise<void>((resolve, reject) => {
        door.once("error", reject).listen(port, host, () => {
          door.off("error", reject);
          resolve();
        });
      });
      // Node looks at the deadlines of heads from here on.
      server.emit("listening");
      return door.address() as AddressInfo;
    },
    async finish(grace) {
      stopping = true;
      for (const response of answers.values()) {
        if (response?.headersSent === false) response.shouldKeepAlive = false;
      }
      const cut = setTimeout(() => {
        for (const socket of [...waiting, ...answers.keys()]) socket.destroy();
      }, grace.answered);
      const idleness = closeIdle(grace.idle);
      await new Promise<void>((resolve) => door.close(() => resolve()));
      clearTimeout(cut);
      clearInterval(idleness);
      server.close();
    },
  };
}

/** An answer that waits for an earlier one on its connection closes only with that connection, if that breaks. */
const closed = (socket: Socket, response: ServerResponse) =>
  new Promise<void>((resolve) => {
    const done = () => {
      response.off("close", done);
      socket.off("close", done);
      resolve();
    };
    response.on("close", done);
    socket.on("close", done);
  });
