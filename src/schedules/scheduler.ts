import { type Alarm, bellOf, timer } from "../model/bell.ts";
import type { Log } from "../model/log.ts";
import { newRun } from "../model/new-run.ts";
import type { NewRun } from "../model/queue.ts";
import type { ScheduleTrigger, Schedules } from "../model/schedule.ts";
import type { Workflow } from "../model/workflow.ts";
import { MOST_MISSED, dueTimes } from "./due.ts";

/** The parts that the scheduler needs. */
export interface SchedulerParts {
  readonly schedules: Schedules;
  readonly now: () => Date;
  readonly log: Log;
  /** Default: by a timer. */
  readonly alarm?: Alarm;
}

/** Queues runs of workflows when their times come. */
export interface Scheduler {
  /** From now on the schedules of these workflows are in force, and no others. */
  follow(workflows: readonly Workflow[]): void;
  /** Queues nothing more. Resolves when what is under way is committed. */
  stop(): Promise<void>;
}

/** A workflow with its schedule. */
interface Scheduled {
  readonly workflow: Workflow;
  readonly trigger: ScheduleTrigger;
  /** All times up to this one are dealt with. */
  lastAt: Date;
}

/** How long to wait after the store failed, in milliseconds. */
const STORE_BREAK = 1_000;

/**
 * A time that came longer ago, in milliseconds, was missed: the clock is looked at twice as often, unless the machine sleeps or
 * the clock is set.
 */
const MISSED = 60_000;

/** A schedule that is further ahead of the clock, in milliseconds, came so far by a clock that was wrong. */
const TOO_FAR = 86_400_000;

/** Starts to look at the clock. See docs/workflows.md, "On a schedule". */
export function startScheduler({ schedules, now, log, alarm = timer }: SchedulerParts): Scheduler {
  let workflows: readonly Workflow[] = [];
  /** Null: the store has to be asked how far they have come. */
  let followed: readonly Scheduled[] | null = null;
  /** Times up to this one were missed, unless another instance ran. */
  let since = now();
  let lookedAt = since;
  let looking: Promise<void> | null = null;
  const stopping = new AbortController();
  /** Whether something has changed since the look that is under way began. */
  let again = false;
  const bell = bellOf(alarm, now, () => look());

  const look = () => {
    again = true;
    looking ??= lookAll().finally(() => (looking = null));
  };
  const lookAll = async () => {
    while (again && !stopping.signal.aborted) {
      again = false;
      try {
        bell.set(await dealWithAll());
      } catch (error) {
        log.error({ err: error }, "schedules can't go on");
        bell.set(new Date(now().getTime() + STORE_BREAK));
      }
    }
  };

  /** Queues what is due. Gives the first of the times to come. */
  const dealWithAll = async (): Promise<Date | null> => {
    const all = (followed ??= await standing());
    const time = now();
    const slept = Math.abs(time.getTime() - lookedAt.getTime()) > MISSED;
    since = slept ? time : new Date(Math.max(since.getTime(), time.getTime() - MISSED));
    lookedAt = time;
    const next: number[] = [];
    for (const one of all) {
      if (stopping.signal.aborted) return null;
      const from = (await dealWith(one, time)) ?? time;
      next.push(one.trigger.after(from)?.getTime() ?? Infinity);
    }
    const first = Math.min(...next);
    return Number.isFinite(first) ? new Date(first) : null;
  };
  const standing = async (): Promise<Scheduled[]> => {
    const wanted = workflows.flatMap((workflow) =>
      workflow.enabled && workflow.trigger.type === "schedule"
        ? [{ workflow, trigger: workflow.trigger }]
        : [],
    );
    const rules = wanted.map(({ workflow: { key }, trigger }) => ({
      workflow: key,
      rule: trigger.rule,
    }));
    const lastTimes = await schedules.follow(rules);
    return wanted.map((one) => ({ ...one, lastAt: lastTimes.get(one.workflow.key) ?? now() }));
  };

  /** Queues what is due of one. Gives up to which time it is dealt with; null: nothing was due. */
  const dealWith = async (scheduled: Scheduled, time: Date): Promise<Date | null> => {
    const { workflow, trigger, lastAt } = scheduled;
    const { key } = workflow;
    const advance = async (to: Date, runs: readonly NewRun[]) => {
      const schedule = { workflow: key, rule: trigger.rule, overlap: trigger.overlap };
      const came = await schedules.advance(schedule, lastAt, to, runs);
      scheduled.lastAt = came.lastAt;
      return came;
    };
    if (lastAt.getTime() - time.getTime() > TOO_FAR) {
      const fields = { workflow: key, lastAt: lastAt.toISOString() };
      log.warn(fields, "a schedule is far ahead of the clock: it counts from now on");
      return (await advance(time, [])).lastAt;
    }
    const { times, bounded } = dueTimes(trigger, lastAt, since, time);
    const last = times.at(-1);
    if (last === undefined) return lastAt > time ? lastAt : null;
    const runs = times.map((at) => newRun(workflow, { scheduledAt: at.toISOString() }, time));
    const { added, lastAt: came, isOurs } = await advance(last, runs);
    if (!isOurs) return came;
    if (bounded) {
      const fields = { workflow: key, runs: MOST_MISSED };
      log.warn(fields, "more times were missed than become runs: only the last ones do");
    }
    const skipped = runs.length - added.length;
    if (skipped > 0) log.debug({ workflow: key, skipped }, "no run: the last one is still at work");
    return came;
  };

  return {
    follow(next) {
      workflows = next;
      followed = null;
      look();
    },
    async stop() {
      stopping.abort();
      await looking;
      bell.set(null);
    },
  };
}
