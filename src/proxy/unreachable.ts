import type { Log } from "../model/log.ts";

/** Keeps account of requests that never reached the upstream. */
export interface Unreachable {
  /** One more, and why. */
  add(cause: unknown): void;
  /** How many there have been. */
  readonly count: number;
}

/** An upstream that is gone fails every request alike: the log gets one line in so many milliseconds. */
const PAUSE = 60_000;

/** @param url as the configuration names the upstream */
export function unreachable(url: string, log: Pick<Log, "error">, now: () => Date): Unreachable {
  let count = 0;
  let logged = { count: 0, at: -Infinity };
  return {
    add(cause) {
      count += 1;
      const time = now().getTime();
      // Either way: a clock that is set back must not silence it.
      if (Math.abs(time - logged.at) < PAUSE) return;
      const requests = count - logged.count;
      logged = { count, at: time };
      log.error(
        { upstream: url, cause: causeOf(cause), requests },
        "the upstream can't be reached",
      );
    },
    get count() {
      return count;
    },
  };
}

/** `self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)`; of several addresses that were tried, what each said. */
function causeOf(cause: unknown): string {
  if (cause instanceof AggregateError) {
    return [...new Set((cause.errors as unknown[]).map(causeOf))].join("; ");
  }
  if (!(cause instanceof Error)) return String(cause);
  const { code } = cause as NodeJS.ErrnoException;
  return code === undefined || cause.message.includes(code)
    ? cause.message
    : `${cause.message} (${code})`;
}
