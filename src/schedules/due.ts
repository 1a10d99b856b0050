import { type ScheduleTrigger, timesAfter } from "../model/schedule.ts";

/** The times of a schedule that have come and are to be runs. */
export interface Due {
  /** In their order. */
  readonly times: readonly Date[];
  /** Whether some of the times that were missed are left out, since there are too many. */
  readonly bounded: boolean;
}

/** How many missed times become runs, at most. */
export const MOST_MISSED = 100;

/**
 * Which times after `from`, up to `now`, are to be runs.
 * @param since times up to this one were missed: nothing looked at the clock then
 */
export function dueTimes(
  schedule: Pick<ScheduleTrigger, "after" | "missed">,
  from: Date,
  since: Date,
  now: Date,
): Due {
  const start = new Date(Math.max(from.getTime(), Math.min(since.getTime(), now.getTime())));
  const present = timesIn(schedule, start, now);
  const most = { once: 1, skip: 0, all: MOST_MISSED }[schedule.missed];
  const past = most === 0 ? [] : lastTimes(schedule, from, start, most + 1);
  return {
    times: [...past.slice(past.length - Math.min(past.length, most)), ...present],
    bounded: schedule.missed === "all" && past.length > most,
  };
}

type Ticking = Pick<ScheduleTrigger, "after">;

/** The times after `from`, up to `to`. */
function timesIn(ticking: Ticking, from: Date, to: Date): Date[] {
  const times: Date[] = [];
  for (const time of timesAfter(from, ticking)) {
    if (time > to) break;
    times.push(time);
  }
  return times;
}

/** The last of them, at most so many. It looks back further and further, since there may be millions. */
function lastTimes(ticking: Ticking, from: Date, to: Date, most: number): Date[] {
  for (let span = MINUTE; ; span *= 4) {
    const start = new Date(Math.max(from.getTime(), to.getTime() - span));
    const times = timesIn(ticking, start, to);
    if (times.length >= most || start <= from) return times.slice(-most);
  }
}

const MINUTE = 60_000;
