import type { Schedules } from "../model/schedule.ts";
import type { QueueParts } from "./run-queue.ts";
import { orUnavailable } from "./unavailable.ts";

/** Turns what happens to schedules into jobs of the writer. */
export function scheduleWriter({ writer, rows, events, now }: QueueParts): Schedules {
  return {
    follow: (rules) =>
      orUnavailable("The schedules can't be read", async () => {
        const given = await writer.write({ kind: "follow", rules, now: now().toISOString() });
        return new Map(given.map((row) => [row.workflow, new Date(row.last_at)]));
      }),
    async advance({ workflow, rule, overlap }, from, to, runs) {
      const { lastAt, isOurs, added } = await orUnavailable("A schedule can't go on", async () => {
        const queued = await Promise.all(runs.map((run) => rows.queued(run)));
        const definitions = runs.map((run) => run.workflow.definition);
        const times = { from: from.toISOString(), to: to.toISOString() };
        const job = { kind: "advance", workflow, rule, overlap, ...times, runs: queued } as const;
        return writer.write(job, definitions);
      });
      if (added.length > 0) events.emit("work");
      return { lastAt: new Date(lastAt), isOurs, added };
    },
  };
}
