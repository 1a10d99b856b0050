import type { IncomingMessage, ServerResponse } from "node:http";
import { type Readable, pipeline } from "node:stream";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { HOP_BY_HOP, headerValue, withoutHeaders } from "../model/headers.ts";
import type { Json, JsonObject } from "../model/json.ts";
import type { Carriage, Upstream, UpstreamAnswer } from "../model/upstream.ts";

/** Puts messages into an answer's body, beside the record; null where the body has no place for them. */
export type MergeMessages = (body: Json, messages: readonly string[]) => JsonObject | null;

/** What forwarding with merged messages needs. */
export interface MergeParts {
  readonly upstream: Pick<Upstream, "send">;
  /** The headers of a client's request as the upstream gets them. */
  readonly forwardHead: (request: IncomingMessage, raw: readonly string[]) => readonly string[];
  readonly merge: MergeMessages;
  /** Bytes of an answer that may be read; a longer one streams through. */
  readonly limit: number;
}

const inflaters = new Map([
  ["gzip", promisify(gunzip)],
  ["deflate", promisify(inflate)],
  ["br", promisify(brotliDecompress)],
]);

/** What no longer holds once a body is changed. */
const OF_THE_BODY = new Set([
  "content-length",
  "content-encoding",
  "etag",
  "content-md5",
  "digest",
]);

/**
 * Forwards a request and puts messages into the body of its answer. Where that can't be (not 2xx, no JSON object, too long)
 * the answer streams through, and `headers` tells them.
 * @param headers raw pairs for the answer: with the messages in it, or not
 * @see SPEC.md, sections 6 and 9
 */
export async function answerMerged(
  request: IncomingMessage,
  response: ServerResponse,
  carriage: Carriage,
  messages: readonly string[],
  headers: (merged: boolean) => readonly string[],
  signal: AbortSignal,
  { upstream, forwardHead, merge, limit }: MergeParts,
): Promise<void> {
  const answer = await upstream.send({
    method: carriage.method,
    path: carriage.path,
    headers: forwardHead(request, carriage.headers ?? request.rawHeaders),
    body: carriage.body ?? null,
    signal,
  });
  const own = withoutHeaders(answer.headers, HOP_BY_HOP);
  const head = mayHold(answer, limit) ? await readUpTo(answer.body, limit) : null;
  const merged = head?.whole ? await mergedBody(answer, head.bytes, messages, merge) : null;
  response.sendDate = false;
  if (merged !== null) {
    const length = ["Content-Length", String(merged.length)];
    response.writeHead(answer.status, [
      ...withoutHeaders(own, OF_THE_BODY),
      ...length,
      ...headers(true),
    ]);
    response.end(merged);
    return;
  }
  response.writeHead(answer.status, [...own, ...headers(false)]);
  if (head !== null) response.write(head.bytes);
  // A broken answer breaks the client's; there is nobody left to tell.
  pipeline(answer.body, response, () => undefined);
}

function mayHold({ status, headers }: UpstreamAnswer, limit: number): boolean {
  const type = headerValue(headers, "content-type") ?? "";
  const length = Number(headerValue(headers, "content-length") ?? 0);
  return (
    status >= 200 && status < 300 && /^application\/(.*\+)?json\b/i.test(type) && length <= limit
  );
}

/** A stream's bytes, and whether they are all; what is over the limit is left in the stream. */
async function readUpTo(body: Readable, limit: number): Promise<{ bytes: Buffer; whole: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    const done = (whole: boolean) => {
      body.pause();
      body.off("data", take).off("end", end).off("error", reject);
      resolve({ bytes: Buffer.concat(chunks), whole });
    };
    const end = () => done(true);
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > limit) done(false);
    };
    body.on("data", take).on("end", end).on("error", reject);
  });
}

async function mergedBody(
  { headers }: UpstreamAnswer,
  bytes: Buffer,
  messages: readonly string[],
  merge: MergeMessages,
): Promise<Buffer | null> {
  const encoding = (headerValue(headers, "content-encoding") ?? "").toLowerCase();
  const unpack = inflaters.get(encoding);
  if (encoding !== "" && encoding !== "identity" && !unpack) return null;
  try {
    const content = unpack ? await unpack(bytes) : bytes;
    const body = merge(JSON.parse(content.toString("utf8")) as Json, messages);
    return body && Buffer.from(JSON.stringify(body));
  } catch {
    return null; // no JSON after all: it goes on as it came
  }
}
