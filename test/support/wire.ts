import { once } from "node:events";
import { type AddressInfo, type Socket, connect, createServer } from "node:net";

/** A wire to a Postgres that a test can cut. */
export interface Wire {
  /** The URL of the database, by way of this wire. */
  readonly url: string;
  /** Passes the next COMMIT on, and is cut once Postgres has answered it, before the answer arrives. */
  loseAnswerOfCommit(then?: "hold"): void;
  /**
   * Cuts a connection at each statement after so many others: every second one before it arrives, the others once Postgres
   * has answered. Null: no more.
   */
  cutAfter(gaps: Iterator<number> | null): void;
  /** Passes nothing on any more, also on new connections; they stay open. */
  hold(): void;
  /** Passes on what is sent on connections that are made from now on; those before are cut. */
  mend(): void;
  close(): Promise<void>;
}

/** Lays a wire to a database. @param url `postgres://user:password@127.0.0.1:5432/name` */
export async function wireTo(url: string): Promise<Wire> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let isHeld = false;
  let losesAnswer: false | "hold" | "go on" = false;
  let gaps: Iterator<number> | null = null;
  let left = Infinity;
  let cuts = 0;
  const nextGap = () => (left = gaps?.next().value ?? Infinity);
  const server = createServer((client) => {
    const postgres = connect(Number(target.port), target.hostname);
    const countStatements = statementCounter();
    let isLost = false;
    client.on("data", (chunk) => {
      if (isHeld) return;
      left -= countStatements(chunk);
      if (left <= 0) {
        nextGap();
        if (++cuts % 2 === 0) return void client.destroy();
        isLost = true;
      }
      if (losesAnswer && chunk.includes("commit\0")) {
        isLost = true;
      }
      postgres.write(chunk);
    });
    postgres.on("data", (chunk) => {
      if (isLost) {
        isHeld ||= losesAnswer === "hold";
        losesAnswer = false;
        client.destroy();
      } else if (!isHeld) client.write(chunk);
    });
    for (const [socket, other] of [
      [client, postgres],
      [postgres, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: Object.assign(new URL(url), { port: String(port) }).href,
    loseAnswerOfCommit: (then) => void (losesAnswer = then ?? "go on"),
    cutAfter(next) {
      gaps = next;
      nextGap();
    },
    hold: () => void (isHeld = true),
    mend() {
      isHeld = false;
      cut();
    },
    async close() {
      server.close();
      cut();
      await once(server, "close");
    },
  };
}

/** A message's type is a byte: `Q` has statements executed, `E` one that was prepared. Then comes its length, itself included. */
const EXECUTING = new Set(Buffer.from("QE"));

/**
 * Counts the statements in what a client sends on a connection, chunk by chunk.
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
function statementCounter(): (chunk: Buffer) => number {
  let rest = Buffer.alloc(0);
  /** The first message has no type. */
  let head = 0;
  return (chunk) => {
    let statements = 0;
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= head + 4) {
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) break;
      if (head === 1 && EXECUTING.has(rest[0] ?? 0)) statements++;
      rest = rest.subarray(length);
      head = 1;
    }
    return statements;
  };
}
