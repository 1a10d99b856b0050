import { z } from "zod";
import { LONGEST, waitingTime } from "../model/duration.ts";
import { StepError } from "../model/step-error.ts";
import { defineStep } from "../model/step-type.ts";
import type { WaitAnswer } from "../model/wait-answer.ts";
import { on } from "./parts/outcomes.ts";

/** Waits for a person, or for another system. */
export const wait = defineStep({
  type: "wait",
  title: "Wait for an answer",
  about:
    'Waits until somebody resumes the run: by the link that `resumeUrl("id of this step")` gives in any expression, at the ' +
    "admin port, or with `sidehook runs resume`. The wait is durable, and the run holds no slot meanwhile. Only in a run that no " +
    "client waits for. See [Operation](operation.md#runs-that-wait-for-an-answer).",
  result:
    "`{ choice, body, by, at }`: the choice, or null; the JSON that was sent with it, or null; `link`, `admin:<user>` or " +
    "`command`; and when. All four are null when the time was over.",
  waits: () => Infinity,
  config: z.strictObject({
    title: z
      .string()
      .max(500)
      .default("")
      .describe("What is asked, for the page that the link opens."),
    choices: z
      .array(z.string().min(1).max(100))
      .min(1)
      .max(20)
      .nullable()
      .default(null)
      .describe("The answers that can be given: `[approve, reject]`. Left out: any JSON."),
    for: waitingTime
      .nullable()
      .default(null)
      .describe("How long: `7d`. Left out: until it is resumed."),
    // oxlint-disable-next-line unicorn/no-thenable -- a word of the configuration, never a function
    then: z
      .enum(["continue", "fail"])
      .default("continue")
      .describe("When the time is over: goes on with the next step, or ends the run as `failed`."),
  }),

  async run({ title, choices, for: most, then: next }, { now, remember, recall, waitUntil }) {
    const asked = await remember("asked", () => ({
      title,
      choices,
      until: most === null ? null : new Date(now().getTime() + most).toISOString(),
    }));
    const answer = recall("answer");
    if (answer !== undefined) return on(answer);
    const until = asked.until ?? new Date(now().getTime() + LONGEST).toISOString();
    await waitUntil(new Date(until));
    if (asked.until === null) throw new StepError("WAIT_OVER", "Nobody has resumed the run");
    if (next === "continue") return on(NO_ANSWER);
    return { go: "end", status: "failed", result: NO_ANSWER, refused: true };
  },
});

const NO_ANSWER: WaitAnswer = { choice: null, body: null, by: null, at: null };
