import type { Json } from "../model/json.ts";
import type { RunEnd, RunStart, RunWorkflow } from "../model/run.ts";
import type { Workflow } from "../model/workflow.ts";
import type { OwnAnswer } from "./answer/own-answer.ts";
import type { WorkflowReport } from "./answer/workflow-report.ts";

/** A run that the client waits for, and whose turn comes when the one before it has ended. */
export interface Turn {
  readonly workflow: Workflow;
  readonly start: () => RunStart;
  /** Whether it only watches: it is reported, and neither its messages nor its end count. Default: false. */
  readonly observe?: boolean;
}

/** Messages of the runs before, and the latest output, that of the run which has just ended included. */
export type SoFar = Pick<Sequence, "messages" | "output">;

/** How far a sequence of runs came. */
export interface Sequence {
  /** Of the runs that passed, behind those that were there before. */
  readonly messages: readonly string[];
  /** The value of the last `output` step of all runs; undefined where there was none. */
  readonly output: Json | undefined;
  /** Set when one of them stopped the others: what the client is answered. */
  readonly stop: OwnAnswer | null;
}

/** The parts of `runInSequence`, beside the turns. */
export interface SequenceParts {
  readonly run: RunWorkflow;
  readonly report: Pick<WorkflowReport, "ran">;
  /** Messages that were said before. */
  readonly messages: readonly string[];
  /** Whether an end stops the others, and what the client is answered then. */
  readonly afterEach: (workflow: Workflow, end: RunEnd, soFar: SoFar) => OwnAnswer | null;
}

/** Runs one after another, and reports each. The next turn is asked for when the one before has passed. */
export async function runInSequence(
  turns: Iterable<Turn>,
  { run, report, messages: before, afterEach }: SequenceParts,
): Promise<Sequence> {
  const messages = [...before];
  let output: Json | undefined;
  for (const { workflow, start, observe = false } of turns) {
    const end = await run(workflow, start());
    report.ran({ key: workflow.key, id: end.id, status: end.status });
    if (observe) continue;

    if (end.output !== undefined) output = end.output;
    const stop = afterEach(workflow, end, { messages, output });
    if (stop !== null) return { messages, output, stop };
    messages.push(...end.messages);
  }
  return { messages, output, stop: null };
}
