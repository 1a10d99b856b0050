import type { Problem } from "../../model/position.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";

/** The triggers whose runs a request causes that can be refused. */
const LIMITED: ReadonlySet<string> = new Set(["pre-action", "custom-action", "webhook"]);

/** Keys that control traffic which the workflow does not have. See docs/workflows.md, "How many at once". */
export function trafficProblems({ workflow, sync, source }: CompiledWorkflow): Problem[] {
  const { key, trigger, debounce, rate } = workflow;
  const problem = (name: string, message: string) =>
    source.problem(["workflows", key], message, { key: name });
  const isGiven = (name: string) => (source.valueAt(["workflows", key, name]) ?? null) !== null;
  const found: Problem[] = [];
  if (sync === true && isGiven("concurrency")) {
    found.push(
      problem("concurrency", "is for queued runs; a client waits for those of this workflow"),
    );
  }
  if (debounce !== null && sync !== false) {
    const why = sync ? "a client waits for those of this workflow" : "others wait for a subflow";
    found.push(problem("debounce", `is for queued runs; ${why}`));
  }
  if (rate !== null && !LIMITED.has(trigger.type)) {
    const message = `no request can be refused on ${trigger.type}; rate is for pre-action, custom-action and webhook`;
    found.push(problem("rate", message));
  }
  if (rate !== null && trigger.type === "pre-action" && trigger.observe) {
    found.push(problem("rate", "a workflow that only observes refuses no request"));
  }
  return found;
}
