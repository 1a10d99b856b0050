import type { JsonObject } from "../../model/json.ts";
import type { Intents } from "../../model/queue.ts";
import type { PostActionTrigger } from "../../model/workflow.ts";
import type { Planned } from "../plan/plan.ts";
import type { RequestRuns } from "../request/runs.ts";
import { newRunId } from "../../model/run-id.ts";

/** A post-action workflow that will run if the action succeeds. */
export interface Candidate extends Planned<PostActionTrigger> {
  /** Id of its first run, which the intent knows it by. */
  readonly runId: string;
}

/** The record of the runs to come, made before an action is forwarded. */
export interface Intent {
  readonly id: string;
  readonly candidates: readonly Candidate[];
}

/**
 * Commits the runs that are made if the action succeeds.
 * @param context `trigger`, as far as it is known before the action
 * @throws {GatewayError} STORE_UNAVAILABLE
 */
export async function openIntent(
  after: readonly Planned<PostActionTrigger>[],
  context: JsonObject,
  runs: RequestRuns,
  intents: Pick<Intents, "open">,
): Promise<Intent> {
  const id = newRunId();
  const made = after.map(({ workflow }) => runs.queue(workflow, context));
  await intents.open(id, made);
  return {
    id,
    candidates: after.map((planned, at) => ({ ...planned, runId: made[at]?.id ?? newRunId() })),
  };
}
