import type { Readable } from "node:stream";
import { answerJson, mayBeJson } from "../model/answer-json.ts";
import { UpstreamError } from "../model/errors.ts";
import { endToEnd, headerValue } from "../model/headers.ts";
import { type ReadAnswer, type ReceivedAnswer, isSuccess } from "../model/received-answer.ts";
import type { UpstreamAnswer } from "../model/upstream.ts";

/**
 * Makes what reads answers.
 * @param limit bytes, packed as well as unpacked
 * @param timeout milliseconds that a body may stall
 */
export const answerReader =
  (limit: number, timeout: number): ReadAnswer =>
  (answer) =>
    received(answer, limit, timeout);

async function received(
  answer: UpstreamAnswer,
  limit: number,
  timeout: number,
): Promise<ReceivedAnswer> {
  const { status, reason, body } = answer;
  // An error without a listener would crash the process; piping the body later fails anyway.
  body.on("error", () => undefined);
  const head = { status, reason, headers: endToEnd(answer.headers), json: undefined };
  const unread = { ...head, bytes: Buffer.alloc(0), rest: body, unreadable: null };
  if (!isSuccess(status) || status === 204 || !mayBeJson(answer.headers)) return unread;
  const unreadable = `it is longer than ${limit} bytes`;
  if (Number(headerValue(answer.headers, "content-length") ?? 0) > limit) {
    return { ...unread, unreadable };
  }
  const { bytes, whole } = await readUpTo(body, limit, timeout);
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
