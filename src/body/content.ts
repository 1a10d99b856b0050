import type { IncomingMessage } from "node:http";
import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { GatewayError } from "../model/errors.ts";

/** `application/json`, `application/problem+json`. */
export const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/;

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** What a request says its body is, in lower case. */
export function contentType({ headers }: IncomingMessage): {
  type: string;
  charset: string | null;
} {
  const [type = "", ...parameters] = (headers["content-type"] ?? "").toLowerCase().split(";");
  const charset = parameters.map((text) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(text)?.[1]);
  return { type: type.trim(), charset: charset.find((name) => name !== undefined) ?? null };
}

/**
 * Makes a text of a body's bytes, by what the request says of them.
 * @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE at once; BAD_JSON, BODY_TOO_LARGE when it is called
 */
export function decoderOf(
  request: IncomingMessage,
  charset: string | null,
  limit: number,
): (bytes: Buffer) => Promise<string> {
  if (charset !== null && !/^utf-?8$/.test(charset)) {
    throw new GatewayError(
      "UNSUPPORTED_MEDIA_TYPE",
      `The charset ${charset} is not supported; send utf-8`,
    );
  }
  const decoders = decodersOf(request);
  return async (bytes) => textOf(await decoded(bytes, decoders, limit));
}

/** In the order in which they are to be undone. */
function decodersOf({ headers }: IncomingMessage): (() => Transform)[] {
  const names = (headers["content-encoding"] ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (names.length > 3) throw unsupported(names.join(", "));
  return names.toReversed().map((name) => {
    const decoder = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
    if (!decoder) throw unsupported(name);
    return decoder;
  });
}

const unsupported = (name: string) =>
  new GatewayError(
    "UNSUPPORTED_MEDIA_TYPE",
    `The Content-Encoding ${name} is not supported; send gzip, deflate, br or none`,
  );

async function decoded(
  bytes: Buffer,
  decoders: readonly (() => Transform)[],
  limit: number,
): Promise<Buffer> {
  let content = bytes;
  for (const make of decoders) {
    const decoder = make();
    decoder.end(content);
    content = await collect(decoder, limit).catch((error: unknown) => {
      decoder.destroy();
      if (error instanceof GatewayError) throw error;
      throw new GatewayError("BAD_JSON", "The body can't be decompressed", { cause: error });
    });
  }
  return content;
}

/**
 * All bytes of a body, as they came.
 * @throws {GatewayError} BODY_TOO_LARGE as soon as that is known, BAD_REQUEST when it breaks off
 */
export async function collectBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
  return collect(request, limit);
}

/** All of a stream. Stops reading as soon as it is too much, so that a small body can't unfold without end. */
function collect(stream: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const done = (error: Error | null) => {
      stream.off("data", take).off("end", end).off("error", done).off("close", closed);
      if (error === null) return resolve(Buffer.concat(chunks, length));
      stream.on("error", () => undefined);
      stream.pause();
      reject(error);
    };
    const take = (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > limit) done(tooLarge(limit));
    };
    const end = () => done(null);
    const closed = () => done(new GatewayError("BAD_REQUEST", "The body broke off"));
    stream.on("data", take).on("end", end).on("error", done).on("close", closed);
  });
}

const tooLarge = (limit: number) =>
  new GatewayError("BODY_TOO_LARGE", `The body is larger than limits.body (${limit} bytes)`);

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new GatewayError("BAD_JSON", "The body is not UTF-8", { cause: error });
  }
}
