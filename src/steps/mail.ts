import { createHash } from "node:crypto";
import { z } from "zod";
import { type Json, isJsonObject } from "../model/json.ts";
import { isOneLine, mailbox } from "../model/mailbox.ts";
import { StepError } from "../model/step-error.ts";
import { defineStep } from "../model/step-type.ts";
import { anyJson, asText } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";
import { scalar } from "../model/value-type.ts";

/** Recipients of one message: `to`, `cc` and `bcc` together. */
const MOST_RECIPIENTS = 100;

/** How long a message may take where its step does not say it, in milliseconds: a server that hangs keeps no run for ever. */
const TIMEOUT = 300_000;

/** One address, or a list of them. */
const mailboxes = z.preprocess(
  (value) => (typeof value === "string" ? [value] : value),
  z.array(mailbox, { error: "should be an address, or a list of addresses" }),
);

/** The same, or none. */
const someMailboxes = z.preprocess((value) => value ?? [], mailboxes).prefault([]);

const subject = anyJson.refine((value) => typeof value !== "string" || isOneLine(value), {
  error: "should be one line",
});

/** Sends mail. */
export const mail = defineStep({
  type: "mail",
  title: "Mail",
  about:
    "Sends a message through the server of [`mail`](configuration.md#mail). An address is `ada@example.com` or " +
    "`Ada <ada@example.com>`; several are a list, 100 in all, so that a value of a client adds none. Values of clients belong " +
    "into `text`: in `html` they are put in as they are. Its `Message-ID` is the same on every attempt and after a crash, so " +
    "that a mailbox which has it may drop a second one. What the server refuses with 5xx is not retried. Where it " +
    "takes the message for some recipients only, the step errs, and is not retried. Without a `timeout` it may take 5 minutes.",
  result: "The `Message-ID`: `<…@example.com>`.",
  acts: true,
  timeout: TIMEOUT,
  gives: () => scalar("text"),
  config: z
    .strictObject({
      to: mailboxes
        .refine((to) => to.length > 0, { error: "should not be empty" })
        .describe("An address, or a list of addresses."),
      cc: someMailboxes.describe("The same, as a copy."),
      bcc: someMailboxes.describe("The same, unseen by the others."),
      from: mailbox.nullable().default(null).describe("The sender. Left out: `mail.from`."),
      replyTo: someMailboxes.describe("Where answers go, if not to the sender."),
      subject: subject.default("").describe("The subject, one line."),
      text: anyJson.default(null).describe("The body as plain text."),
      html: anyJson
        .default(null)
        .describe("The body as HTML. With `text` beside it, the reader's program takes one."),
    })
    .refine(({ text, html }) => text !== null || html !== null, {
      error: "text is missing, and so is html",
      when: ({ value }) => isJsonObject(value),
    })
    .refine(({ to, cc, bcc }) => to.length + cc.length + bcc.length <= MOST_RECIPIENTS, {
      error: `has more than ${MOST_RECIPIENTS} recipients, with cc and bcc`,
      path: ["to"],
    }),

  async run(
    { from: own, subject: title, text, html, ...to },
    { services: { mail: server }, run, path, signal },
  ) {
    const from = own ?? server.from;
    if (from === null) {
      throw new StepError("NO_SENDER", "from is missing, and so is mail.from", {
        retryable: false,
      });
    }
    const id = messageId(run, path, from.address);
    await server.send(
      { id, from, ...to, subject: asText(title), text: textOf(text), html: textOf(html) },
      signal,
    );
    return on(id);
  },
});

const textOf = (value: Json) => (value === null ? null : asText(value));

/**
 * The id of a step's message, which follows from its idempotency key: `<0192….3f0c5e1b9a7d2c64@example.com>`. The path is hashed, since an id
 * may have no brackets (RFC 5322, section 3.6.4).
 */
function messageId(run: string, path: string, sender: string): string {
  const hash = createHash("sha256").update(path).digest("hex").slice(0, 16);
  return `<${run}.${hash}@${sender.slice(sender.lastIndexOf("@") + 1)}>`;
}
