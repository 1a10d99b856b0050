import { z } from "zod";

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The longest duration, a hundred years in milliseconds: no time that is computed with one leaves the range of dates. */
export const LONGEST = 36_500 * UNITS.d;

/** The longest one that a timer of Node counts, in whole days: a longer one would be over at once. */
const LONGEST_TIMER = 24 * UNITS.d;

/** Milliseconds as a configuration says them, in the largest unit that is whole: 90000 → `90s`. */
export function durationText(milliseconds: number): string {
  const units = Object.entries(UNITS).toReversed();
  const [unit, length] = units.find(([, one]) => milliseconds % one === 0) ?? ["ms", 1];
  return `${milliseconds / length}${unit}`;
}

/**
 * Reads `500ms`, `30s`, `10m`, `1h`, `7d` as milliseconds. Fractions are allowed: `1.5h`.
 * Null for anything else.
 */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  return match ? Math.round(Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]) : null;
}

/** A duration that a configuration gives: `30s` → 30000. Over zero, and at most a hundred years. */
export const duration = durationWithin(1, LONGEST);

/** One that a single timer counts: at most 24 days. */
export const timerDuration = durationWithin(1, LONGEST_TIMER);

/** One between two times of a schedule: at least a second. */
export const timesDuration = durationWithin(UNITS.s, LONGEST);

/** A time to wait, which may be none: `0s`. */
export const waitingTime = durationWithin(0, LONGEST);

const leastText = (least: number) =>
  least > 1 ? ` of at least ${durationText(least)}` : least > 0 ? " over zero" : "";

/** A schema of durations from `least` to `most`, in milliseconds. */
function durationWithin(least: number, most: number) {
  return z.unknown().transform((value, context): number => {
    const milliseconds = typeof value === "string" ? parseDuration(value) : null;
    if (milliseconds !== null && milliseconds >= least && milliseconds <= most) return milliseconds;
    context.addIssue(
      milliseconds !== null && milliseconds > most
        ? `should be at most ${durationText(most)}`
        : `should be a duration${leastText(least)}: 500ms, 30s, 10m, 1h or 7d`,
    );
    return z.NEVER;
  });
}
