import { stringify } from "yaml";
import type { Durations, History } from "../model/history.ts";
import { type Json, type JsonObject, isJsonObject, parseJson } from "../model/json.ts";
import type { Workflow } from "../model/workflow.ts";
import { type WorkflowSummary, workflowList } from "./workflow-list.ts";

/** A workflow as `GET /workflows/:key` tells it. */
export interface WorkflowView extends WorkflowSummary {
  readonly definition: { readonly hash: string; readonly source: Json };
  /** The definition as YAML. Comments are not kept. */
  readonly yaml: string;
  /** Its trigger as it was written. */
  readonly triggerConfig: JsonObject;
  /** Of its newest 1,000 ended runs of the last day. */
  readonly statistics: WorkflowStatistics;
}

/** How runs of a workflow went. */
export interface WorkflowStatistics {
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly ended: number;
  /** The part that failed, errored, timed out or was interrupted: 0 to 1; null where none has ended. */
  readonly failureRate: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

const DAY = 86_400_000;

/** Tells of a workflow of today. */
export async function workflowView(
  workflow: Workflow,
  history: Pick<History, "counts" | "durations">,
  now: Date,
): Promise<WorkflowView> {
  const { key, definition } = workflow;
  const source = parseJson(definition.source);
  const trigger = isJsonObject(source) ? (source["trigger"] ?? null) : null;
  const [summary] = workflowList([workflow], await history.counts());
  if (summary === undefined) throw new Error("A list of one workflow is empty");
  const since = new Date(now.getTime() - DAY);
  return {
    ...summary,
    definition: { hash: definition.hash, source },
    yaml: stringify(source, { lineWidth: 100 }),
    triggerConfig: isJsonObject(trigger) ? trigger : {},
    statistics: statisticsOf(since, await history.durations(key, since)),
  };
}

function statisticsOf(since: Date, { failed, milliseconds }: Durations): WorkflowStatistics {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? null;
  return {
    since: since.toISOString(),
    ended: sorted.length,
    failureRate: sorted.length === 0 ? null : failed / sorted.length,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
  };
}
