import { exactTime, localTime } from "../text/times.ts";

/** A time in the reader's zone; the exact one in UTC for the pointer that rests on it. */
export function Time({ iso }: { readonly iso: string }) {
  return (
    <time dateTime={iso} title={exactTime(iso)}>
      {localTime(iso, new Date())}
    </time>
  );
}
