import type { Readable } from "node:stream";
import { answerJson, mayBeJson } from "../model/answer-json.ts";
import { UpstreamError } from "../model/errors.ts";
import { endToEnd, headerValue } from "../model/headers.ts";
import type { JsonText } from "../model/json.ts";
import type { UpstreamAnswer } from "../model/upstream.ts";

/** An answer of the upstream, as far as it has been read. */
export interface ReceivedAnswer {
  readonly status: number;
  /** As bytes in latin1; undefined: the usual one. */
  readonly reason: string | undefined;
  /** Raw pairs, without those of the connection. */
  readonly headers: readonly string[];
  /** What was read, as it came. */
  readonly bytes: Buffer;
  /** What is still to come; null: that was all. */
  readonly rest: Readable | null;
  /** What the body says, unpacked; undefined where it is no JSON, or longer than may be read. */
  readonly json: JsonText | undefined;
  /** Set where it may well tell of records, and can't be read: why. */
  readonly unreadable: string | null;
}

/** Whether a status says that the upstream did what it was asked to. */
export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** What an answer may be that is read whole. */
export interface AnswerBounds {
  /** Bytes, packed as well as unpacked. */
  readonly responseLimit: number;
  /** Milliseconds that its body may stall. */
  readonly responseTimeout: number;
}

/**
 * Reads an answer that may tell of records: 2xx and JSON, up to `responseLimit` bytes, compressed or not. Any other is left
 * to stream.
 * @throws {UpstreamError} when it breaks while it is read, or stalls
 */
export async function received(
  answer: UpstreamAnswer,
  { responseLimit: limit, responseTimeout }: AnswerBounds,
): Promise<ReceivedAnswer> {
  const { status, reason, body } = answer;
  // It may break while workflows run and nobody listens; whoever sends it on meets it as broken.
  body.on("error", () => undefined);
  const head = { status, reason, headers: endToEnd(answer.headers), json: undefined };
  const unread = { ...head, bytes: Buffer.alloc(0), rest: body, unreadable: null };
  if (!isSuccess(status) || status === 204 || !mayBeJson(answer.headers)) return unread;
  const unreadable = `it is longer than ${limit} bytes`;
  if (Number(headerValue(answer.headers, "content-length") ?? 0) > limit) {
    return { ...unread, unreadable };
  }
  const { bytes, whole } = await readUpTo(body, limit, responseTimeout);
  if (!whole) return { ...unread, bytes, unreadable };
  return { ...head, bytes, rest: null, ...(await answerJson(answer.headers, bytes, limit)) };
}

/** A stream's bytes, and whether they are all; what is over the limit is left in the stream. */
async function readUpTo(
  body: Readable,
  limit: number,
  timeout: number,
): Promise<{ bytes: Buffer; whole: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  const stalled = setTimeout(() => body.destroy(stall()), timeout);
  return new Promise<{ bytes: Buffer; whole: boolean }>((resolve, reject) => {
    const done = (whole: boolean) => {
      body.pause();
      body.off("data", take).off("end", end).off("error", reject);
      resolve({ bytes: Buffer.concat(chunks), whole });
    };
    const end = () => done(true);
    const take = (chunk: Buffer) => {
      stalled.refresh();
      chunks.push(chunk);
      length += chunk.length;
      if (length > limit) done(false);
    };
    body.on("data", take).on("end", end).on("error", reject);
  }).finally(() => clearTimeout(stalled));
}

const stall = () =>
  new UpstreamError("UPSTREAM_TIMEOUT", "The upstream's answer stalled", { sent: true });
