import { z } from "zod";
import { durationText, timesDuration } from "../model/duration.ts";
import type { ScheduleTrigger } from "../model/schedule.ts";
import type { TriggerType } from "../model/workflow.ts";
import { type Times, cronTimes, zoneProblem } from "./cron.ts";

const config = z
  .strictObject({
    type: z.literal("schedule"),
    cron: z
      .string()
      .optional()
      .describe("When, as minute, hour, day of month, month, weekday: `0 3 * * 1-5`."),
    timezone: z.string().optional().describe("Whose local time `cron` means. Default: UTC."),
    every: timesDuration
      .optional()
      .describe("How often instead, counted from 1970-01-01T00:00:00Z: `10m`."),
    missed: z
      .enum(["once", "skip", "all"])
      .default("once")
      .describe("What becomes of times that passed while nothing ran: one run, none, or all."),
    overlap: z
      .enum(["queue", "skip"])
      .default("queue")
      .describe("While the last run is at work, the next waits for it, or there is none."),
  })
  .transform(({ cron, every, timezone = "UTC", ...trigger }, context): ScheduleTrigger => {
    const issue = (message: string, ...path: string[]) => {
      context.addIssue({ code: "custom", message, path });
      return z.NEVER;
    };
    if ((cron === undefined) === (every === undefined)) {
      return issue('should have either cron: "0 3 * * 1-5" or every: 10m');
    }
    if (every !== undefined) {
      const rule = `every ${durationText(every)}`;
      return { ...trigger, timezone, rule, after: everyTimes(every) };
    }
    const wrong = zoneProblem(timezone);
    if (wrong !== null) return issue(wrong, "timezone");
    const after = cronTimes(cron ?? "", timezone);
    if (typeof after === "string") return issue(after, "cron");
    return { ...trigger, timezone, rule: `${cron} in ${timezone}`, after };
  });

/** Whole intervals since the Unix epoch: the same for all instances, and after a restart. */
const everyTimes =
  (interval: number): Times =>
  (after) =>
    new Date((Math.floor(after.getTime() / interval) + 1) * interval);

/** At times. See docs/workflows.md, "On a schedule". */
export const schedule: TriggerType<ScheduleTrigger> = {
  type: "schedule",
  title: "Schedule",
  about:
    "Runs at times: by a cron expression in a time zone, or every so often. Each time is one run, whatever restarts and " +
    "however many instances there are.",
  config,
  fields: { scheduledAt: "string" },
  sync: () => false,
  when: ({ rule }) => rule,
};
