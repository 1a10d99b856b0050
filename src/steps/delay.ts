import { z } from "zod";
import { parseDuration, waitingTime } from "../model/duration.ts";
import { defineStep } from "../model/step-type.ts";
import { on } from "./parts/outcomes.ts";

/** Waits. */
export const delay = defineStep({
  type: "delay",
  title: "Delay",
  about:
    "Waits, then goes on, or ends the run as `failed`. In a run that nobody waits for it is durable and of any length: " +
    "the run takes no place meanwhile, and a restart does not begin it anew. Where a client waits, it must be shorter " +
    "than the workflow's timeout.",
  result: "null",
  waits: ({ for: given }) => (typeof given === "string" ? parseDuration(given) : null),
  config: z.strictObject({
    for: waitingTime.describe("How long: `30s`, `10m`, `7d`."),
    // oxlint-disable-next-line unicorn/no-thenable -- a word of the configuration, never a function
    then: z
      .enum(["continue", "fail"])
      .default("continue")
      .describe("What comes then: the next step, or the end of the run as `failed`."),
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
