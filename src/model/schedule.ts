import type { NewRun } from "./queue.ts";

/** At times. */
export interface ScheduleTrigger {
  readonly type: "schedule";
  /** When, in words: `0 3 * * 1-5 in Europe/Berlin`, `every 10m`. Another rule is another text. */
  readonly rule: string;
  readonly timezone: string;
  /** The first of its times after this one; null: there is none. */
  readonly after: (time: Date) => Date | null;
  /** What becomes of times that passed while nothing ran. */
  readonly missed: "once" | "skip" | "all";
  /** What becomes of a time while the last run is still at work. */
  readonly overlap: "queue" | "skip";
}

/** A workflow's schedule, as the store knows it. */
export interface ScheduleRule {
  readonly workflow: string;
  readonly rule: string;
}

/** How far schedules have come. So each time of one is dealt with once, by one instance. */
export interface Schedules {
  /**
   * From now on these are in force, and no others. One that is new, or that has another rule than before, begins now.
   * @returns up to which time each is dealt with, by workflow
   * @throws {GatewayError} STORE_UNAVAILABLE
   */
  follow(rules: readonly ScheduleRule[]): Promise<ReadonlyMap<string, Date>>;
  /**
   * Deals with the times after `from`, up to `to`: commits the runs as `queued`. Where the schedule does not stand at `from` any
   * more, nothing is: another instance has dealt with them.
   * @returns up to which time it is dealt with now, whether that is by this call, and the ids of the runs that were accepted
   * @throws {GatewayError} STORE_UNAVAILABLE
   */
  advance(
    schedule: ScheduleRule & Pick<ScheduleTrigger, "overlap">,
    from: Date,
    to: Date,
    runs: readonly NewRun[],
  ): Promise<Advanced>;
}

/** What has become of a schedule. */
export interface Advanced {
  readonly lastAt: Date;
  readonly isOurs: boolean;
  readonly added: readonly string[];
}

/** The times of a schedule after one, in their order. There may be no end of them. */
export function* timesAfter(
  from: Date,
  { after }: Pick<ScheduleTrigger, "after">,
): Generator<Date, void> {
  for (let time = after(from); time !== null; time = after(time)) yield time;
}
