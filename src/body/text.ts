import { GatewayError } from "../model/errors.ts";
import type { ContentType } from "./content-type.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text of a body, a byte order mark included.
 * @throws {GatewayError} `code` when it is not UTF-8
 */
export function textOf(bytes: Buffer, code: "BAD_JSON" | "BAD_FORM"): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new GatewayError(code, "The body is not UTF-8", { cause: error });
  }
}

/** @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE for another charset than UTF-8 */
export function assertUtf8(parameters: ContentType["parameters"]): void {
  const charset = parameters.get("charset") ?? "utf-8";
  if (/^utf-?8$/i.test(charset)) return;
  const message = `The charset ${charset.slice(0, 100)} is not supported; send utf-8`;
  throw new GatewayError("UNSUPPORTED_MEDIA_TYPE", message);
}
