import { durationText } from "../../model/duration.ts";
import type { Problem } from "../../model/position.ts";
import { SHORTER } from "./subflows.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";

/**
 * Problems of steps that do not fit a sync workflow, or an async one. A sync workflow can't wait longer than its timeout.
 * An async workflow has no client to answer or to act for.
 */
export function awaitedProblems({ workflow, sync, written, source }: CompiledWorkflow): Problem[] {
  return written.flatMap(({ type, raw, path }) => {
    const only = sync === false ? type.syncOnly(raw) : null;
    if (only) {
      return [source.problem([...path, only.key], `${only.why}; write sync: true in its trigger`)];
    }
    const wait = sync === true ? type.waits(raw) : null;
    if (wait === null || workflow.timeout === null || wait <= workflow.timeout) return [];
    const most = durationText(workflow.timeout);
    const message = `waits ${durationText(wait)}, but a client waits only ${most} for this workflow; ${SHORTER}`;
    return [source.problem(path, message)];
  });
}
