import { z } from "zod";
import type { Json } from "../model/json.ts";
import type { Outcome } from "../model/step.ts";
import type { StepContext } from "../model/step-context.ts";
import { Suspension } from "../model/step-error.ts";
import { steps } from "../model/compiled-fields.ts";
import { defineStep } from "../model/step-type.ts";
import { turnOf } from "../model/value-type.ts";
import { after, on } from "./parts/outcomes.ts";

/** Walks several branches side by side. */
export const parallel = defineStep({
  type: "parallel",
  title: "Parallel",
  about:
    "Walks its branches at the same time. `all` waits for all of them, and errs as soon as one does; `allSettled` waits " +
    "for all, whether they succeed or err; `any` takes the first that succeeds, and errs when none does; `race` takes the first " +
    "that is done, and errs when that one did. Branches that no longer matter are aborted, and their steps in flight " +
    "recorded as `canceled`. An `end` in any branch ends the run.",
  result:
    "The list of the last step's result of each branch (under `allSettled` null for one that erred); with `any` and " +
    "`race` that of the one that was taken.",
  gives({ mode = "all" }, { at }) {
    if (mode === "all" || mode === "allSettled") return at("branches");
    return mode === "any" || mode === "race" ? turnOf(at("branches")) : null;
  },
  config: z.strictObject({
    branches: z
      .array(steps)
      .min(1, { error: "should have at least one branch" })
      .describe("Lists of steps."),
    mode: z
      .enum(["all", "any", "race", "allSettled"])
      .default("all")
      .describe("Which branches count."),
  }),

  async run({ branches, mode }, context) {
    const rest = new AbortController();
    const { signal } = rest;
    let decided: Settled | null = null;
    const settled = await Promise.all(
      branches.map(async (branch, index) => {
        const walked = await settle(() =>
          context.walk(branch, { at: `branches[${index}]`, signal }),
        );
        if (decided !== null || !decides[mode](walked)) return walked;
        decided = walked;
        rest.abort();
        return walked;
      }),
    );
    context.signal.throwIfAborted();
    return togetherOf(settled, decided, mode, context);
  },
});

type Mode = "all" | "any" | "race" | "allSettled";

/** The outcome of a branch, or its error. */
type Settled = { readonly outcome: Outcome } | { readonly error: unknown };

async function settle(walk: () => Outcome | Promise<Outcome>): Promise<Settled> {
  try {
    return { outcome: await walk() };
  } catch (error) {
    return { error };
  }
}

const ends = (one: Settled) => "outcome" in one && one.outcome.go === "end";
const waits = (one: Settled) => "error" in one && one.error instanceof Suspension;

/** Whether the other branches no longer matter, once one branch has this outcome. */
const decides: Readonly<Record<Mode, (one: Settled) => boolean>> = {
  all: (one) => ends(one) || ("error" in one && !waits(one)),
  any: (one) => "outcome" in one,
  race: (one) => !waits(one),
  allSettled: ends,
};

function togetherOf(
  settled: readonly Settled[],
  decided: Settled | null,
  mode: Mode,
  context: StepContext,
): Outcome {
  if (decided !== null) {
    if ("error" in decided) throw decided.error;
    return after(decided.outcome, decided.outcome.result);
  }
  const errors = settled.flatMap((one) => ("error" in one ? [one.error] : []));
  const waiting = errors.filter((error) => error instanceof Suspension);
  if (waiting.length > 0) throw earliest(waiting, context);
  if (mode === "any") throw errors[0];
  return on(settled.map((one): Json => ("outcome" in one ? one.outcome.result : null)));
}

/** The poll interval for several children, in milliseconds: a run is woken by one of them only. */
const LOOK = 10_000;

/** Until the first of them can go on. */
function earliest(waiting: readonly Suspension[], { now }: StepContext): Suspension {
  const children = waiting.flatMap(({ child }) => child ?? []);
  const times = waiting.flatMap(({ until }) => until?.getTime() ?? []);
  if (children.length > 1) times.push(now().getTime() + LOOK);
  const until = times.length === 0 ? null : new Date(Math.min(...times));
  return new Suspension(until, children[0] ?? null);
}
