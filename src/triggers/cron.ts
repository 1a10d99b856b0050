import { Cron } from "croner";
import { didYouMean } from "../model/nearest.ts";

/** The times of a cron expression: the first after a time, null when none follows. */
export type Times = (after: Date) => Date | null;

/** Fields of five, or of six with seconds before them; or `@daily`. */
const FORM = /^\s*(@[a-z]+|\S+(\s+\S+){4,5})\s*$/i;

const HINT = 'write minute, hour, day of month, month, weekday, as in "0 3 * * 1-5"';

/**
 * Reads a cron expression, whose fields are the local time of a zone. A local time that does not exist, since clocks are put
 * forward, comes once: when the gap is over. One that exists twice comes once: the first time.
 * @returns its times, or what is wrong with it
 */
export function cronTimes(expression: string, timezone: string): Times | string {
  if (!FORM.test(expression)) return `is not a cron expression; ${HINT}`;
  let cron: Cron;
  try {
    // Local times are computed as if they were those of UTC, so that the rule for clock changes is ours, and one for all.
    cron = new Cron(expression, { timezone: "UTC", paused: true });
  } catch (error) {
    const reason = (error as Error).message.replace(/^\w+: /, "");
    return `is not a cron expression: ${reason}; ${HINT}`;
  }
  if (cron.nextRun(new Date(0)) === null) return "never comes: there is no such date";
  const offsetAt = offsetsOf(timezone);
  return (after) => {
    let local: Date | null = new Date(after.getTime() + offsetAt(after.getTime()));
    // What follows locally may have come already, where clocks are put back.
    for (;;) {
      local = cron.nextRun(local);
      if (local === null) return null;
      const time = instantOf(local.getTime(), offsetAt);
      if (time > after.getTime()) return new Date(time);
    }
  };
}

/** What is wrong with the name of a zone; null: nothing. */
export function zoneProblem(timezone: string): string | null {
  try {
    offsetsOf(timezone);
    return null;
  } catch {
    const known = ["UTC", ...Intl.supportedValuesOf("timeZone")];
    return `is not a known time zone${didYouMean(timezone, known) || "; write a name such as Europe/Berlin"}`;
  }
}

/** How far local time is ahead of UTC at an instant, in milliseconds. */
type Offsets = (instant: number) => number;

/** @throws {RangeError} when there is no such zone */
function offsetsOf(timezone: string): Offsets {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (instant) => {
    const parts = format.formatToParts(instant);
    const part = (type: Intl.DateTimeFormatPartTypes) =>
      Number(parts.find((one) => one.type === type)?.value);
    const [year, month, day] = [part("year"), part("month") - 1, part("day")];
    const local = Date.UTC(year, month, day, part("hour"), part("minute"), part("second"));
    return local - Math.floor(instant / 1_000) * 1_000;
  };
}

const DAY = 86_400_000;

/** The first instant at which a local time is reached: its own, or the end of the gap that it lies in. */
function instantOf(local: number, offsetAt: Offsets): number {
  const [before, behind] = [offsetAt(local - DAY), offsetAt(local + DAY)];
  const own = [local - Math.max(before, behind), local - Math.min(before, behind)].find(
    (instant) => instant + offsetAt(instant) === local,
  );
  if (own !== undefined) return own;
  // Clocks are put forward between these two.
  let [early, late] = [local - behind, local - before];
  while (late - early > 1_000) {
    const middle = early + Math.floor((late - early) / 2_000) * 1_000;
    if (offsetAt(middle) === before) early = middle;
    else late = middle;
  }
  return late;
}
