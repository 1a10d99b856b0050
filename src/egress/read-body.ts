import type { Readable } from "node:stream";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { StepError } from "../model/step-error.ts";

/** An answer's body, read whole; `decoded` when its content codings were undone. */
export interface WholeBody {
  readonly bytes: Buffer;
  readonly decoded: boolean;
}

type Decompress = (bytes: Buffer, options: zlib.ZlibOptions) => Promise<Buffer>;

const gunzip: Decompress = promisify(zlib.gunzip);
const inflate: Decompress = promisify(zlib.inflate);
const inflateRaw: Decompress = promisify(zlib.inflateRaw);
const unbrotli: Decompress = promisify(zlib.brotliDecompress);

/** Some servers mean zlib by `deflate`, as RFC 9110 does, some the bare format: a zlib header tells. */
const undeflate: Decompress = (bytes, options) =>
  ((bytes[0] ?? 0) & 0x0f) === 8 ? inflate(bytes, options) : inflateRaw(bytes, options);

const CODINGS: ReadonlyMap<string, Decompress> = new Map([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", undeflate],
  ["br", unbrotli],
]);

/**
 * Reads a body whole, decompressed.
 * @param encoding the header Content-Encoding; when it names an unknown coding the body is left as it is
 * @param limit in bytes, of what comes and of what it unfolds to: reading stops right there
 * @throws {StepError} EGRESS_TOO_LARGE
 */
export async function readBody(
  body: Readable,
  encoding: string,
  limit: number,
): Promise<WholeBody> {
  let bytes = await bounded(body, limit);
  const names = encoding.toLowerCase().split(",");
  const codings = names
    .map((name) => name.trim())
    .filter((name) => !["", "identity"].includes(name));
  const steps = codings.map((name) => CODINGS.get(name)).filter((step) => step !== undefined);
  if (steps.length < codings.length) return { bytes, decoded: false };
  for (const decompress of steps.toReversed()) {
    // An answer to HEAD names the coding of a body that it does not have.
    if (bytes.length > 0) bytes = await unfolded(decompress, bytes, limit);
  }
  return { bytes, decoded: true };
}

async function bounded(body: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

async function unfolded(decompress: Decompress, bytes: Buffer, limit: number): Promise<Buffer> {
  try {
    return await decompress(bytes, { maxOutputLength: limit });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE"
      ? tooLarge(limit)
      : error;
  }
}

const tooLarge = (limit: number) =>
  new StepError("EGRESS_TOO_LARGE", `the answer is larger than ${limit} bytes`, {
    retryable: false,
  });
