import { type ErrorCode, gatewayError } from "../../model/errors.ts";
import type { ResponseDraft } from "../../model/response-draft.ts";
import { type RunEnd, type RunStart, type RunWorkflow, erredEnd } from "../../model/run.ts";
import type { ForwardedRequest } from "../forwarded-request.ts";
import type { HookParts } from "../hook-parts.ts";
import { stopOf } from "../answer/own-answer.ts";
import { type Sequence, type Turn, runInSequence } from "../sequence.ts";
import type { ReportedRun } from "../answer/workflow-headers.ts";
import type { Intent } from "./intent.ts";
import type { Ready } from "./ready.ts";

/** The async runs: queued, or the error that kept them out of the queue. */
export interface Queued {
  readonly runs: readonly ReportedRun[];
  /** Why they could not be queued. */
  readonly error: ErrorCode | null;
}

/** The outcome of the sync runs. */
export interface Done extends Sequence {
  /** Ids of runs that could not be made, since they could not be recorded. */
  readonly lost: readonly string[];
}

/**
 * Commits the async runs, and the rest of the intent, in one transaction. The action has happened already: where the commit
 * fails, the upstream's answer is still sent, and reports the error.
 */
export async function queueAsync(
  ready: readonly Ready[],
  intent: Intent,
  { runs, report: { requestId } }: ForwardedRequest,
  { acceptance, log }: Pick<HookParts, "acceptance" | "log">,
): Promise<Queued> {
  const queued = ready
    .filter(({ trigger }) => !trigger.sync)
    .flatMap(({ workflow, contexts, runId }) =>
      contexts.map((context, at) => runs.queue(workflow, context, at === 0 ? runId : undefined)),
    );
  if (queued.length === 0) return { runs: [], error: null };
  try {
    await acceptance.accept(queued, { intent: intent.id, leaves: idsOf(ready, true) });
  } catch (error) {
    log.error({ err: error, requestId }, "runs of post-action workflows can't be queued");
    return { runs: [], error: gatewayError(error).code };
  }
  const reported = queued.map(({ id, workflow }) => ({ key: workflow.key, id, status: "queued" }));
  return { runs: reported, error: null };
}

/** Runs the sync ones: workflow by workflow, record by record. The first that fails ends it; `end succeeded` only its own. */
export async function runSync(
  ready: readonly Ready[],
  response: ResponseDraft,
  { runs, report, preActions: { messages: before } }: ForwardedRequest,
  { run, log, now }: Pick<HookParts, "run" | "log" | "now">,
): Promise<Done> {
  const turns = ready
    .filter(({ trigger }) => trigger.sync)
    .flatMap(({ workflow, contexts, runId }) =>
      contexts.map((context, at): Turn => {
        const own = at === 0 ? { id: runId, response } : { response };
        return { workflow, start: () => runs.start(context, own) };
      }),
    );
  const lost: string[] = [];
  const made: RunWorkflow = (workflow, start) =>
    run(workflow, start).catch((error: unknown) => {
      log.error({ err: error, workflow: workflow.key }, "a run can't be made");
      lost.push(start.id);
      return notMade(start, error, now());
    });
  const done = await runInSequence(turns, {
    run: made,
    report,
    messages: before,
    afterEach: (workflow, end, { messages }) =>
      end.status === "succeeded" ? null : stopOf(workflow, end, messages),
  });
  return { ...done, lost };
}

/** The intent is fulfilled. Runs that were promised and could not be made stay behind as unconfirmed. */
export function settle(
  { id, candidates }: Intent,
  ready: readonly Ready[],
  queued: Queued,
  { lost }: Done,
  { intents }: Pick<HookParts, "intents">,
): void {
  // What was queued has settled it already, where no sync run was to come.
  if (queued.runs.length > 0 && idsOf(ready, true).length === 0) return;
  const first = new Set(candidates.map(({ runId }) => runId));
  const leaves = [
    ...(queued.error === null ? [] : idsOf(ready, false)),
    ...lost.filter((run) => first.has(run)),
  ];
  intents.settle({ intent: id, leaves });
  // Not awaited: the store has just failed.
  if (leaves.length > 0) void intents.unconfirmed(id);
}

const idsOf = (ready: readonly Ready[], sync: boolean): string[] =>
  ready.filter(({ trigger }) => trigger.sync === sync).map(({ runId }) => runId);

/** The end of a run that could not be recorded, and so was not made. */
function notMade({ id }: RunStart, error: unknown, finishedAt: Date): RunEnd {
  const { message, code } = gatewayError(error);
  return erredEnd(id, { message, code, step: "" }, finishedAt);
}
