import type { JsonObject } from "../model/json.ts";
import type { RunStart, RunWorkflow } from "../model/run.ts";
import type { Workflow } from "../model/workflow.ts";
import { type Draft, type RequestState, draftOf } from "./request-state.ts";
import { type Stop, stopOf } from "./stop.ts";
import type { ToldRun } from "./workflow-headers.ts";

/** How a request came through its pre-action workflows. */
export interface Passage {
  /** The request as they left it. */
  readonly state: RequestState;
  /** Messages of those that passed, in order. */
  readonly messages: readonly string[];
  readonly runs: readonly ToldRun[];
  /** Set when one of them ended it: what the client is answered. */
  readonly stop: Stop | null;
}

/** What `runPreActions` needs beside the workflows. */
export interface PreActionParts {
  readonly run: RunWorkflow;
  /** The `trigger` of a workflow, of the request as it stands. */
  readonly context: (state: RequestState) => JsonObject;
  /** What starts a run of it. */
  readonly start: (trigger: JsonObject, draft: Draft, observe: boolean) => RunStart;
}

/**
 * Runs workflows one after another, each on the request as the one before left it. The first that stops ends it.
 * One that only observes is run and told, but neither its changes nor its end count.
 */
export async function runPreActions(
  workflows: readonly Workflow[],
  start: RequestState,
  parts: PreActionParts,
): Promise<Passage> {
  let state = start;
  const messages: string[] = [];
  const runs: ToldRun[] = [];
  for (const workflow of workflows) {
    const draft = draftOf(state);
    const observe = workflow.trigger.type === "pre-action" && workflow.trigger.observe;
    const end = await parts.run(workflow, parts.start(parts.context(state), draft, observe));
    runs.push({ key: workflow.key, id: end.id, status: end.status });
    if (observe) continue;

    const stop = stopOf(workflow, end, messages);
    if (stop !== null) return { state, messages, runs, stop };
    messages.push(...end.messages);
    state = draft.state();
  }
  return { state, messages, runs, stop: null };
}
