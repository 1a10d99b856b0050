import { createTransport } from "nodemailer";
import type { NodemailerError, SMTPPoolOptions } from "nodemailer";
import type { Mail, MailConfig, Mailbox, Message } from "../model/mail.ts";
import { spellingsOf } from "../model/secret-spellings.ts";
import { StepError, answeredBy } from "../model/step-error.ts";

/** See `Mail`. */
export interface OpenedMail extends Mail {
  /** Resolves when nothing is under way. @param grace milliseconds that messages under way may take */
  close(grace: number): Promise<void>;
}

/** Connections at once, at most; other messages wait for one. */
const CONNECTIONS = 5;

/**
 * The mail of a configuration. Each message has a connection of its own, so that none is lost with one that has been idle too
 * long, and none is sent again unless its step is.
 */
export function openMail(config: MailConfig | null): OpenedMail {
  if (config === null) return NONE;
  const transport = createTransport({ ...optionsOf(config), pool: true });
  const mask = spellingsOf(config.auth === null ? [] : [config.auth.password]);
  const sending = new Set<Promise<unknown>>();
  const over = new AbortController();

  async function sent(message: Message, signal: AbortSignal): Promise<void> {
    const both = AbortSignal.any([signal, over.signal]);
    try {
      const { rejected, rejectedErrors = [] } = await transport.sendMail({
        ...contentOf(message),
        signal: both,
      });
      if (rejected.length > 0) throw partlySent(rejected, rejectedErrors);
    } catch (error) {
      signal.throwIfAborted();
      throw failed(error as NodemailerError, config as MailConfig, mask);
    }
  }

  return {
    from: config.from,
    send(message, signal) {
      const one = sent(message, signal);
      sending.add(one);
      return one.finally(() => sending.delete(one));
    },
    async close(grace) {
      const patience = setTimeout(() => over.abort(), grace);
      await Promise.allSettled(sending);
      clearTimeout(patience);
      over.abort();
      transport.close();
    },
  };
}

const NONE: OpenedMail = {
  from: null,
  send() {
    const message = "No mail server is configured; name it under mail";
    return Promise.reject(new StepError("NO_MAIL", message, { retryable: false }));
  },
  close: () => Promise.resolve(),
};

const optionsOf = ({
  host,
  port,
  secure,
  startTls,
  auth,
  tls: { ca, cert, key, servername },
  timeout,
}: MailConfig): SMTPPoolOptions => ({
  host,
  port,
  secure,
  requireTLS: startTls === "required",
  ignoreTLS: startTls === "never",
  ...(auth !== null && { auth: { user: auth.user, pass: auth.password } }),
  tls: {
    ...(ca !== null && { ca }),
    ...(cert !== null && { cert }),
    ...(key !== null && { key }),
    ...(servername !== null && { servername }),
  },
  connectionTimeout: timeout,
  greetingTimeout: timeout,
  socketTimeout: timeout,
  dnsTimeout: timeout,
  maxConnections: CONNECTIONS,
  maxMessages: 1,
  maxRequeues: 0,
});

/** A message in the words of nodemailer: texts only, so that nothing is read from a file or a URL. */
const contentOf = ({ id, from, to, cc, bcc, replyTo, subject, text, html }: Message) => ({
  messageId: id,
  from: { ...from },
  to: listed(to),
  cc: listed(cc),
  bcc: listed(bcc),
  replyTo: listed(replyTo),
  subject,
  ...(text !== null && { text }),
  ...(html !== null && { html }),
  disableFileAccess: true,
  disableUrlAccess: true,
});

const listed = (all: readonly Mailbox[]) => all.map((one) => ({ ...one }));

function failed(error: NodemailerError, { host, port }: MailConfig, mask: Mask): StepError {
  const { message, code = "", responseCode = null, response = "" } = error;
  return new StepError("MAIL_FAILED", `The mail server ${host}:${port}: ${mask(message)}`, {
    retryable: responseCode === null ? TEMPORARY.has(code) : responseCode < 500,
    answered: responseCode === null ? null : answeredBy(responseCode, mask(response)),
  });
}

type Mask = (text: string) => string;

/** What happens to connections, after which the server may take the message all the same. */
const TEMPORARY: ReadonlySet<string> = new Set(["ECONNECTION", "ETIMEDOUT", "ESOCKET", "EDNS"]);

/** Trying again would send the message to the others twice. */
function partlySent(
  rejected: readonly string[],
  errors: readonly NodemailerError[],
): NodemailerError {
  const [first] = errors;
  const message = `refused ${rejected.join(", ")}; the others have the message: ${first?.response ?? ""}`;
  return Object.assign(new Error(message), { code: "EENVELOPE" });
}
