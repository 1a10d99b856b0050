import type { FailureSummary, RunDetail, RunSummary, StepDetail } from "../model/history.ts";
import { parseJson } from "../model/json.ts";
import { parseInSlices } from "../model/json-slices.ts";
import type { StepEffects } from "../model/run.ts";
import type { StepFailure } from "../model/step-error.ts";
import type { KeptRunRow, StepRow } from "./rows.ts";

/** The columns that a list needs: the short ones. */
export const SUMMARY_COLUMNS = [
  "id",
  "workflow",
  "trigger_type",
  "status",
  "started_at",
  "finished_at",
  "request_id",
  "trace_id",
  "parent",
  "replay_of",
  "error",
] as const satisfies readonly (keyof KeptRunRow)[];

/** The part of a row that they are. */
export type SummaryRow = Pick<KeptRunRow, (typeof SUMMARY_COLUMNS)[number]>;

/** A run as a list shows it. */
export function summaryOf(row: SummaryRow): RunSummary {
  return { ...factsOf(row), trigger: row.trigger_type, error: shortFailureOf(row.error) };
}

/** Characters of an error's message that a list shows. */
const SHOWN = 200;

function shortFailureOf(text: string | null): FailureSummary | null {
  const failure = failureOf(text);
  if (failure === null) return null;
  const { message, code, step, child } = failure;
  // Over the limit it is a marker, and has none.
  const isLong = message?.length > SHOWN;
  const shown = isLong ? `${message.slice(0, SHOWN - 1)}…` : message;
  return { message: shown, code, step, ...(child !== undefined && { child }) };
}

/**
 * A run as it is told alone. Its context may be long: others get their turn meanwhile.
 * @param said by its steps, where its end does not tell
 * @param source its definition as it was written
 */
export async function detailOf(
  row: KeptRunRow,
  steps: readonly StepDetail[],
  said: readonly string[],
  source: string,
): Promise<RunDetail> {
  return {
    ...factsOf(row),
    trigger: await parseInSlices(row.context),
    steps,
    messages: messagesOf(row, said),
    output: await parseInSlices(row.output),
    error: failureOf(row.error),
    definition: { hash: row.definition, source: parseJson(source) },
    attempt: row.attempt,
    replayedAs: row.replayed_as,
  };
}

/** The messages of a run: those of its end; else, where the run has not ended or was cut off, those of its steps. */
function messagesOf(row: KeptRunRow, said: readonly string[]): readonly string[] {
  // Over the limit it is a marker, and no list.
  const messages = [parseJson(row.messages)].flat() as readonly string[];
  return messages.length > 0 ? messages : said;
}

/** What a step has said. */
export const saidIn = ({ effects }: StepRow): readonly string[] =>
  (effects === null ? null : (parseJson(effects) as StepEffects).said) ?? [];

function factsOf(row: SummaryRow): Omit<RunSummary, "trigger" | "error"> {
  return {
    id: row.id,
    workflow: row.workflow,
    status: row.status,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    requestId: row.request_id,
    traceId: row.trace_id,
    parent: row.parent,
    replayOf: row.replay_of,
  };
}

/** A step as a run's detail tells it. What it took and gave may be long: others get their turn meanwhile. */
export async function stepOf(row: StepRow): Promise<StepDetail> {
  return {
    path: row.path,
    id: row.id,
    type: row.type,
    status: row.status,
    attempt: row.attempt,
    input: await parseInSlices(row.input),
    result: await parseInSlices(row.result),
    error: failureOf(row.error),
    startedAt: row.started_at,
    durationMs: row.duration_ms,
  };
}

/** The failure that a column holds. */
export const failureOf = (text: string | null) =>
  text === null ? null : (parseJson(text) as StepFailure);
