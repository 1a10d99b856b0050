import { X509Certificate, createPrivateKey } from "node:crypto";
import { resolve } from "node:path";
import { z } from "zod";
import type { UpstreamTls } from "../../model/config.ts";
import { text } from "./field-types.ts";

/** Reads a file at once. Throws the system's error. */
export type ReadFile = (path: string) => Buffer;

/** The expected form of a PEM text, for the message when it has another. */
type Kind = "a certificate" | "a private key";

/**
 * `upstream.tls`: each of `ca`, `cert` and `key` is PEM text, or a file that holds it.
 * @param folder that paths are relative to
 * @param read gives what a file holds
 */
export function tls(folder: string, read: ReadFile): z.ZodType<UpstreamTls> {
  const pem = (kind: Kind) =>
    text
      .transform((value, context) => pemOf(value, { folder, read }, kind, context))
      .nullable()
      .default(null);
  return z
    .strictObject({
      ca: pem("a certificate"),
      cert: pem("a certificate"),
      key: pem("a private key"),
      servername: text.nullable().default(null),
    })
    .superRefine(({ cert, key }, context) => {
      if (cert !== null && key === null) context.addIssue("needs key, which belongs to cert");
      if (cert === null && key !== null) context.addIssue("needs cert, which key belongs to");
      if (cert === null || key === null) return;
      if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
        context.addIssue({ code: "custom", path: ["key"], message: "does not belong to cert" });
      }
    });
}

function pemOf(
  value: string,
  { folder, read }: { readonly folder: string; readonly read: ReadFile },
  kind: Kind,
  context: z.RefinementCtx<string>,
): string {
  const fail = (message: string) => {
    context.addIssue(message);
    return z.NEVER;
  };
  let pem = value;
  if (!value.includes("-----BEGIN")) {
    const path = resolve(folder, value);
    try {
      pem = read(path).toString("utf8");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return fail(`should be PEM text or a file that can be read; ${path} can't be (${code})`);
    }
  }
  const mistake = kind === "a certificate" ? certificateMistake(pem) : keyMistake(pem);
  return mistake === null ? pem : fail(mistake);
}

/** Several certificates may follow one another. */
function certificateMistake(pem: string): string | null {
  const blocks = pem.match(CERTIFICATE) ?? [];
  try {
    const read = blocks.map((block) => new X509Certificate(block));
    if (read.length > 0) return null;
  } catch {
    // told below
  }
  return "should hold a certificate in PEM: -----BEGIN CERTIFICATE-----";
}

const CERTIFICATE =
  /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^]*?-----END (?:TRUSTED )?CERTIFICATE-----/g;

function keyMistake(pem: string): string | null {
  if (/ENCRYPTED/.test(pem)) return "should hold a private key that is not encrypted";
  try {
    createPrivateKey(pem);
    return null;
  } catch {
    return "should hold a private key in PEM: -----BEGIN PRIVATE KEY-----";
  }
}
