import { v7 } from "uuid";
import { someRandomBytes } from "./random-stock.ts";

/** When the last id was made, and its number among those of that millisecond. */
let last = { msecs: -Infinity, seq: 0 };

/**
 * A new id: a UUIDv7 (RFC 9562, section 5.7). Ids of this process sort in the order in which they were made, also when the
 * clock is set back.
 */
export function newRunId(): string {
  const random = someRandomBytes(16);
  last = later(last, Date.now(), random);
  return v7({ random, ...last });
}

/** A text that sorts before the ids of all runs of that time and later, and behind those of earlier ones. */
export function firstRunId(at: Date): string {
  const time = Math.max(0, at.getTime()).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}

function later(before: typeof last, now: number, random: Buffer): typeof last {
  if (now > before.msecs) return { msecs: now, seq: random.readUInt32BE(6) & MOST_AT_FIRST };
  const seq = (before.seq + 1) >>> 0;
  return seq === 0 ? { msecs: before.msecs + 1, seq } : { msecs: before.msecs, seq };
}

/** A first number of a millisecond leaves room for those that follow. */
const MOST_AT_FIRST = 0x7f_ff_ff_ff;
