import type { Json } from "../model/json.ts";
import type { RunEnd, RunStart, RunWorkflow } from "../model/run.ts";
import type { Workflow } from "../model/workflow.ts";
import type { Stop } from "./stop.ts";
import type { ToldRun } from "./workflow-headers.ts";

/** A run that the client waits for, and whose turn comes when the one before it has ended. */
export interface Turn {
  readonly workflow: Workflow;
  readonly start: () => RunStart;
}

/** What the runs before have said, and this one and they have given. */
export type SoFar = Pick<Turns, "messages" | "output">;

/** How far a row of runs came. */
export interface Turns {
  readonly runs: readonly ToldRun[];
  /** Of the runs that passed, behind those that were there before. */
  readonly messages: readonly string[];
  /** What the last `output` step of all gave; undefined where none was done. */
  readonly output: Json | undefined;
  /** Set when one of them stopped the others. */
  readonly stop: Stop | null;
}

/**
 * Runs one after another.
 * @param before messages that were said before
 * @param stopOf whether an end stops the others, and what the client is answered then
 */
export async function runInTurn(
  run: RunWorkflow,
  turns: readonly Turn[],
  before: readonly string[],
  stopOf: (workflow: Workflow, end: RunEnd, soFar: SoFar) => Stop | null,
): Promise<Turns> {
  const messages = [...before];
  const runs: ToldRun[] = [];
  let output: Json | undefined;
  for (const { workflow, start } of turns) {
    const end = await run(workflow, start());
    runs.push({ key: workflow.key, id: end.id, status: end.status });
    if (end.output !== undefined) output = end.output;
    const stop = stopOf(workflow, end, { messages, output });
    if (stop !== null) return { runs, messages, output, stop };
    messages.push(...end.messages);
  }
  return { runs, messages, output, stop: null };
}
