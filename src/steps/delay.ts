import { z } from "zod";
import { parseDuration, waitingTime } from "../model/duration.ts";
import { defineStep } from "../model/step-type.ts";
import { on } from "./parts/outcomes.ts";

/** Waits. */
export const delay = defineStep({
  type: "delay",
  title: "Delay",
  about:
    "Waits, then goes on, or ends the run as `failed`. In a run that no client waits for, the delay is durable and of any " +
    "length: the run holds no slot meanwhile, and a restart does not begin the delay again. Where a client waits, it must be shorter " +
    "than the workflow's timeout.",
  result: "null",
  waits: ({ for: given }) => (typeof given === "string" ? parseDuration(given) : null),
  config: z.strictObject({
    for: waitingTime.describe("How long: `30s`, `10m`, `7d`."),
    // oxlint-disable-next-line unicorn/no-thenable -- a word of the configuration, never a function
    then: z
      .enum(["continue", "fail"])
      .default("continue")
      .describe("After the delay: goes on with the next step, or ends the run as `failed`."),
  }),

  async run({ for: milliseconds, then: next }, { now, remember, waitUntil }) {
    const until = await remember("until", () =>
      new Date(now().getTime() + milliseconds).toISOString(),
    );
    await waitUntil(new Date(until));
    if (next === "continue") return on(null);
    return { go: "end", status: "failed", result: null, refused: true };
  },
});
