import type { Readable } from "node:stream";
import { ContentCodingError, unpacked } from "../model/content-coding.ts";
import { StepError } from "../model/step-error.ts";

/** An answer's body, read whole; `decoded` when its content codings were undone. */
export interface WholeBody {
  readonly bytes: Buffer;
  readonly decoded: boolean;
}

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
  const bytes = await bounded(body, limit);
  try {
    return { bytes: await unpacked(bytes, encoding, limit), decoded: true };
  } catch (error) {
    if (!(error instanceof ContentCodingError)) throw error;
    if (error.reason === "unknown") return { bytes, decoded: false };
    throw error.reason === "too-large" ? tooLarge(limit) : error;
  }
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

const tooLarge = (limit: number) =>
  new StepError("EGRESS_TOO_LARGE", `the answer is larger than ${limit} bytes`, {
    retryable: false,
  });
