import type { IncomingMessage } from "node:http";
import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { ReadBody, ReadRequestBody } from "../model/body.ts";
import { GatewayError } from "../model/errors.ts";
import { parseQuery } from "../model/query.ts";
import { parseStrictJson } from "./strict-json.ts";

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/;
const FORM_TYPE = "application/x-www-form-urlencoded";

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Reads bodies that are JSON or a form, and leaves all others to stream. The bytes are kept as they came.
 * SPEC, section 2.
 * @param limit bytes, counted after decompression as well as before
 */
export function bodyReader(limit: number): ReadRequestBody {
  return async (request, texts = false) => {
    const { type, charset } = contentType(request);
    const json = JSON_TYPE.test(type);
    const text = texts && (type === "" || type === "text/plain");
    if (!json && !text && type !== FORM_TYPE) return hasBody(request) ? { kind: "stream" } : NONE;
    if (!hasBody(request)) return NONE;
    if (charset !== null && !/^utf-?8$/.test(charset)) {
      throw new GatewayError(
        "UNSUPPORTED_MEDIA_TYPE",
        `The charset ${charset} is not supported; send utf-8`,
      );
    }
    if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
    const decoders = decodersOf(request);
    const bytes = await collect(request, limit);
    if (bytes.length === 0) return NONE;
    const content = textOf(await decoded(bytes, decoders, limit));
    if (text) return isJson(content) ? jsonBody(bytes, content, null) : { ...NONE, bytes };
    return json ? jsonBody(bytes, content, null) : formBody(bytes, content);
  };
}

const NONE: ReadBody = { kind: "read", bytes: null, values: null, json: false, contentType: null };

/** RFC 9112, section 6: a request has a body when its head announces one. */
const hasBody = ({ headers }: IncomingMessage) =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

function contentType({ headers }: IncomingMessage): { type: string; charset: string | null } {
  const [type = "", ...parameters] = (headers["content-type"] ?? "").toLowerCase().split(";");
  const charset = parameters.map((text) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(text)?.[1]);
  return { type: type.trim(), charset: charset.find((name) => name !== undefined) ?? null };
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

const jsonBody = (bytes: Buffer, text: string, type: string | null): ReadBody => ({
  kind: "read",
  bytes,
  values: parseStrictJson(text),
  json: true,
  contentType: type,
});

/** What `curl -d '{…}'` sends is declared as a form, and is JSON. */
function formBody(bytes: Buffer, text: string): ReadBody {
  if (/^\s*\{\s*"/.test(text) || (/^\s*[[{]/.test(text) && isJson(text))) {
    return jsonBody(bytes, text, "application/json");
  }
  return { kind: "read", bytes, values: parseQuery(text), json: false, contentType: null };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
