import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** A mail server that keeps what it is sent. */
export interface TestMailServer {
  readonly port: number;
  /** In the order of their arrival. */
  readonly messages: readonly ReceivedMessage[];
  /** The connections that are open. */
  connections(): number;
  stop(): Promise<void>;
}

/** A message as the server took it. */
export interface ReceivedMessage {
  readonly from: string;
  readonly to: readonly string[];
  /** As whom the client has logged in; null: it has not. */
  readonly user: string | null;
  readonly secure: boolean;
  /** Name in lower case → value, unfolded. */
  readonly headers: Readonly<Record<string, string>>;
  /** Headers and body, as they came. */
  readonly raw: string;
}

/** An error that the server answers with a code of its own. */
export const refusing = (responseCode: number, text: string): Error =>
  Object.assign(new Error(text), { responseCode });

/**
 * Starts one on 127.0.0.1, without TLS and without login unless the options say otherwise.
 * @param refusal what it answers in place of taking a message, or null
 */
export async function startMailServer(
  options: SMTPServerOptions = {},
  refusal: () => Error | null = () => null,
): Promise<TestMailServer> {
  const messages: ReceivedMessage[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const error = refusal();
        if (error !== null) return done(error);
        const raw = Buffer.concat(chunks).toString();
        const { mailFrom, rcptTo } = session.envelope;
        messages.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: (session.user as string | undefined) ?? null,
          secure: session.secure,
          headers: headersOf(raw),
          raw,
        });
        done();
      });
    },
    ...options,
  });
  // Clients that cut their connection are no failure of the test.
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  return {
    port: (server.server.address() as AddressInfo).port,
    messages,
    connections: () => server.connections.size,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function headersOf(raw: string): Record<string, string> {
  const [head = ""] = raw.split("\r\n\r\n");
  const lines = head.replace(/\r\n[ \t]/g, " ").split("\r\n");
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", ...value] = line.split(": ");
      return [name.toLowerCase(), value.join(": ")];
    }),
  );
}
