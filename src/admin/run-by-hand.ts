import { z } from "zod";
import { GatewayError } from "../model/errors.ts";
import type { JsonObject } from "../model/json.ts";
import { isJsonObject } from "../model/json.ts";
import type { Acceptance } from "../model/queue.ts";
import type { Workflow } from "../model/workflow.ts";
import { newRun } from "../model/new-run.ts";

/** The parts of other rooms that a run by hand needs. */
export interface ByHandParts {
  readonly acceptance: Acceptance;
  /** Today's workflow of a key, also a disabled one; null when there is none. */
  readonly workflowOf: (key: string) => Workflow | null;
  readonly now: () => Date;
}

const wishes = z.strictObject({ context: z.custom<JsonObject>(isJsonObject).default({}) });

/**
 * Queues a run of a workflow, whatever its trigger, with `context` as `trigger`. It answers no client and changes no request.
 * @returns the new run's id
 * @throws {GatewayError} WORKFLOW_NOT_FOUND, BAD_REQUEST, STORE_UNAVAILABLE
 * @see docs/operation.md, "Operations"
 */
export async function runByHand(
  key: string,
  body: unknown,
  { acceptance, workflowOf, now }: ByHandParts,
): Promise<string> {
  const wish = wishes.safeParse(body ?? {});
  if (!wish.success) {
    const message = "A run takes { context: an object, which its steps see as trigger }";
    throw new GatewayError("BAD_REQUEST", message);
  }
  const workflow = workflowOf(key);
  if (workflow === null) {
    throw new GatewayError("WORKFLOW_NOT_FOUND", `There is no workflow "${key}"`);
  }
  const run = newRun(workflow, wish.data.context, now());
  await acceptance.accept([run]);
  return run.id;
}
