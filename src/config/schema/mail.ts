import { z } from "zod";
import { addressOf } from "../../model/address.ts";
import { timerDuration } from "../../model/duration.ts";
import { type MailConfig, START_TLS, type StartTls } from "../../model/mail.ts";
import { mailbox } from "../../model/mailbox.ts";
import { flag, port, section, text } from "./field-types.ts";
import { type ReadFile, tls } from "./tls.ts";

/** The ports of submission: with TLS from the beginning, and with STARTTLS (RFC 8314, section 3). */
const PORTS = { tls: 465, startTls: 587 };

const url = text.refine(
  (written) => /^smtps?:\/\/[^/?#]+\/?$/i.test(written) && URL.canParse(written),
  { error: "should be smtp://host:587, or smtps://host:465 for TLS from the beginning" },
);

/**
 * `mail:`, for `mail` steps; null where it is empty. See docs/configuration.md, "Mail".
 * @param folder that paths of files are relative to
 * @param read gives what a file holds
 */
export const mail = (folder: string, read: ReadFile) =>
  z
    .preprocess((value) => (isEmpty(value) ? null : value), server(folder, read).nullable())
    .prefault({});

const isEmpty = (value: unknown): boolean =>
  (value ?? null) === null || (typeof value === "object" && Object.keys(value ?? {}).length === 0);

const server = (folder: string, read: ReadFile) =>
  z
    .strictObject({
      url: url.optional(),
      host: text.optional(),
      port: port.optional(),
      secure: flag.optional(),
      user: text.optional(),
      password: text.optional(),
      from: mailbox.nullable().default(null),
      startTls: z.enum(START_TLS).optional(),
      tls: section(tls(folder, read)),
      timeout: timerDuration.prefault("30s"),
    })
    .transform((written, context): MailConfig => {
      const problem = (key: string, message: string) => {
        context.addIssue({ code: "custom", path: [key], message });
      };
      const { from, timeout } = written;
      const inUrl = written.url === undefined ? {} : partsOf(written.url);
      for (const key of ["host", "port", "secure", "user", "password"] as const) {
        if (written[key] === undefined || inUrl[key] === undefined) continue;
        problem(key, "stands in url already");
      }
      const { host = "", port: ownPort, user, password, ...place } = { ...written, ...inUrl };
      const { secure = ownPort === PORTS.tls } = place;
      if (host === "") context.addIssue("host is missing, and so is url");
      if (user !== undefined && password === undefined) problem("user", "needs password");
      if (password !== undefined && user === undefined) problem("password", "needs user");
      const auth = user === undefined || password === undefined ? null : { user, password };
      return {
        host,
        port: ownPort ?? (secure ? PORTS.tls : PORTS.startTls),
        secure,
        startTls: written.startTls ?? usualStartTls(host, auth !== null),
        auth,
        from,
        tls: written.tls,
        timeout,
      };
    });

type Place = Partial<Record<"host" | "user" | "password", string>> & {
  readonly port?: number;
  readonly secure?: boolean;
};

/** What a URL says; keys that it does not are absent. */
function partsOf(written: string): Place {
  const { protocol, hostname, port: ownPort, username, password } = new URL(written);
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    secure: protocol === "smtps:",
    ...(ownPort !== "" && { port: Number(ownPort) }),
    ...(username !== "" && { user: decodeURIComponent(username) }),
    ...(password !== "" && { password: decodeURIComponent(password) }),
  };
}

/** Credentials never go over a network in plain text. What goes to this machine is on no network. */
function usualStartTls(host: string, hasCredentials: boolean): StartTls {
  const isOwn = host === "localhost" || addressOf(host)?.range() === "loopback";
  return isOwn ? "never" : hasCredentials ? "required" : "offered";
}
