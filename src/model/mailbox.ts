import addressparser from "nodemailer/lib/addressparser";
import { z } from "zod";
import type { Mailbox } from "./mail.ts";

/**
 * One address as it is written: `ada@example.com`, `Ada <ada@example.com>`. A text never holds several, so that a value of a
 * client can't add recipients.
 * @see RFC 5322, section 3.4
 */
export const mailbox = z.string().transform((written, context): Mailbox => {
  const read = isOneLine(written) ? addressparser(written) : [];
  const { name = "", address = "" } = read.length === 1 ? (read[0] ?? {}) : {};
  const endsWithIt = [address, `<${address}>`].some((end) => written.trim().endsWith(end));
  if (ADDRESS.test(address) && endsWithIt && !name.includes("@")) return { name, address };
  context.addIssue("should be one address: ada@example.com or Ada <ada@example.com>");
  return z.NEVER;
});

/** Of the characters that mean something around an address, none may be in it. International ones may. */
const ADDRESS = /^[^\s@"(),:;<>[\\\]\p{Cc}]{1,64}@[^\s@"(),:;<>[\\\]\p{Cc}]{1,255}$/u;

/** Whether a text can be the value of one header: a CR, LF or NUL would let it begin another (RFC 5322, section 2.2). */
export const isOneLine = (text: string): boolean => !/[\r\n\0\u2028\u2029]/.test(text);
