import type { History, RunDetail, RunSummary } from "../model/history.ts";
import { type Json, parseJson } from "../model/json.ts";
import type { Workflow } from "../model/workflow.ts";
import { type RequestPassage, requestPassage } from "./request-passage.ts";

/** A run as `GET /runs/:id` tells it. */
export interface RunView extends RunDetail {
  readonly definition: RunDetail["definition"] & {
    /** Whether it is today's definition of the workflow; null: there is no such workflow today. */
    readonly current: boolean | null;
  };
  /** Today's definition, where it is another. */
  readonly currentDefinition?: Json;
  readonly request: RequestPassage | null;
  /** The newest of the runs that it started as subflows. */
  readonly children: readonly RunSummary[];
}

/** The parts of other rooms that a run is told with. */
export interface RunViewParts {
  readonly history: Pick<History, "get" | "list">;
  /** Today's workflow of a key; null when there is none. */
  readonly workflowOf: (key: string) => Workflow | null;
}

/** Subflows of one run that are told. */
const CHILDREN = 100;

/** Null when there is no such run. */
export async function runView(
  id: string,
  { history, workflowOf }: RunViewParts,
): Promise<RunView | null> {
  const run = await history.get(id);
  if (run === null) return null;
  const { runs: children } = await history.list({ parent: id, limit: CHILDREN });
  const today = workflowOf(run.workflow)?.definition ?? null;
  const current = today && today.hash === run.definition.hash;
  return {
    ...run,
    definition: { ...run.definition, current },
    ...(current === false && today && { currentDefinition: parseJson(today.source) }),
    request: requestPassage(run),
    children,
  };
}
