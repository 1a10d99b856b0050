import type { UpstreamTls } from "./config.ts";

/** The mail server of `mail` steps. Durations in milliseconds. */
export interface MailConfig {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on, in place of STARTTLS. */
  readonly secure: boolean;
  readonly startTls: StartTls;
  /** Null: the server is sent no credentials. */
  readonly auth: { readonly user: string; readonly password: string } | null;
  /** The sender where a step names none. */
  readonly from: Mailbox | null;
  readonly tls: UpstreamTls;
  /** How long the server may take to be connected to, to greet, and to say anything. */
  readonly timeout: number;
}

/** Whether a connection that begins in plain text must, may or must not go on in TLS (RFC 3207). */
export type StartTls = (typeof START_TLS)[number];

export const START_TLS = ["required", "offered", "never"] as const;

/** `Ada <ada@example.com>` → `{ name: "Ada", address: "ada@example.com" }`; without a name it is empty. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** A message, whose values hold no line break where a header is made of them. */
export interface Message {
  /** `<…@example.com>` */
  readonly id: string;
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly subject: string;
  /** Null: it has no such part. One of the two is there. */
  readonly text: string | null;
  readonly html: string | null;
}

/** Sends mail for steps. */
export interface Mail {
  /** The sender where a step names none; null: it must name one. */
  readonly from: Mailbox | null;
  /**
   * Hands a message to the server, for all its recipients.
   * @throws {StepError} `NO_MAIL` where none is configured; `MAIL_FAILED`; whatever aborted the signal
   */
  send(message: Message, signal: AbortSignal): Promise<void>;
}
