import type { Readable } from "node:stream";
import type { JsonText } from "./json.ts";
import type { UpstreamAnswer } from "./upstream.ts";

/** An answer of the upstream, as far as it has been read. */
export interface ReceivedAnswer {
  readonly status: number;
  /** As bytes in latin1; undefined: the usual one. */
  readonly reason: string | undefined;
  /** Raw pairs, without those of the connection. */
  readonly headers: readonly string[];
  /** The bytes read, as they came. */
  readonly bytes: Buffer;
  /** The bytes still to come; null: that was all. */
  readonly rest: Readable | null;
  /** The value of the body, unpacked; undefined where it is not JSON, or longer than may be read. */
  readonly json: JsonText | undefined;
  /** Set where it may well tell of records, and can't be read: why. */
  readonly unreadable: string | null;
}

/** Whether a status says that the upstream did what it was asked to. */
export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/**
 * Reads an answer that may tell of records: 2xx and JSON, up to `limits.response`, compressed or not. Any other is left to
 * stream. @throws {UpstreamError} when it breaks while it is read, or stalls
 */
export type ReadAnswer = (answer: UpstreamAnswer) => Promise<ReceivedAnswer>;
