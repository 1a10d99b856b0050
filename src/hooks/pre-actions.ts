import { GatewayError } from "../model/errors.ts";
import type { Json, JsonObject } from "../model/json.ts";
import type { RunStart } from "../model/run.ts";
import type { Workflow } from "../model/workflow.ts";
import type { BodyRecord, BodyRecords, ReadRecords } from "./request/body-records.ts";
import type { Admit } from "./rate.ts";
import type { Draft, RequestState } from "./request/draft.ts";
import { type OwnAnswer, stopOf } from "./answer/own-answer.ts";
import { type SequenceParts, type Turn, runInSequence } from "./sequence.ts";

/** How a request came through its pre-action workflows. */
export interface PreActionResult {
  /** The request as they left it. */
  readonly state: RequestState;
  /** Messages of those that passed, in order. */
  readonly messages: readonly string[];
  /** Set when one of them ended it: what the client is answered. */
  readonly stop: OwnAnswer | null;
}

/** The parts of `runPreActions`, beside the workflows. */
export interface PreActionParts extends Pick<SequenceParts, "run" | "report"> {
  /** The records that the body is about, for workflows that look at each. */
  readonly records: ReadRecords;
  /** The body as one, for workflows that look at it whole. */
  readonly whole: ReadRecords;
  /** Records that are looked at one by one, at most. */
  readonly recordLimit: number;
  /** The `trigger` of a workflow, of the request as it stands and one of its records. */
  readonly context: (state: RequestState, record: BodyRecord) => JsonObject;
  readonly admit: Admit;
  /** Makes what lets one run change the request. */
  readonly draft: (state: RequestState) => Draft;
  /** Makes the start of a run. */
  readonly start: (trigger: JsonObject, draft: Draft, observe: boolean) => RunStart;
}

/**
 * Runs workflows one after another, record by record, each on the request as the one before left it. The first that stops
 * ends it. One that only observes is run and reported, but neither its changes nor its end count.
 * @throws {GatewayError} TOO_MANY_RECORDS, RATE_LIMITED, before anything runs
 */
export async function runPreActions(
  workflows: readonly Workflow[],
  start: RequestState,
  parts: PreActionParts,
): Promise<PreActionResult> {
  const { run, report } = parts;
  let state = start;
  let records = parts.records(start.values);
  if (workflows.some(looksAtEach)) assertFew(records, parts.recordLimit);

  for (const workflow of workflows) {
    if (workflow.rate === null) continue;
    const looked = looksAtEach(workflow) ? records : parts.whole(state.values);
    await parts.admit(
      workflow,
      looked.records.map((record) => parts.context(start, record)),
    );
  }

  const { messages, stop } = await runInSequence(turns(), {
    run,
    report,
    messages: [],
    afterEach: (workflow, end, { messages: before }) => stopOf(workflow, end, before),
  });
  return { state, messages, stop };

  /** The code after a `yield` runs when that run has passed. */
  function* turns(): Generator<Turn> {
    for (const workflow of workflows) {
      const each = looksAtEach(workflow);
      const observe = workflow.trigger.type === "pre-action" && workflow.trigger.observe;
      const before = each ? records : parts.whole(state.values);
      let left = before;
      for (const [at, record] of before.records.entries()) {
        const draft = parts.draft({ ...state, values: record.values, valuesChanged: false });
        const trigger = parts.context(state, record);
        yield { workflow, observe, start: () => parts.start(trigger, draft, observe) };
        if (observe) continue;

        const { values, valuesChanged, ...changed } = draft.state();
        if (valuesChanged) left = withValues(left, at, values);
        state = { ...state, ...changed };
      }
      if (left === before) continue;
      state = { ...state, values: left.bodyOf(left.records), valuesChanged: true };
      records = each ? left : parts.records(state.values);
    }
  }
}

const looksAtEach = ({ trigger }: Workflow): boolean =>
  trigger.type === "pre-action" && trigger.each === "record";

const withValues = ({ records, bodyOf }: BodyRecords, at: number, values: Json): BodyRecords => ({
  records: records.map((record, index) => (index === at ? { ...record, values } : record)),
  bodyOf,
});

function assertFew({ records }: BodyRecords, limit: number): void {
  if (records.length <= limit) return;
  const message = `The body holds ${records.length} records; at most ${limit} are looked at one by one (limits.loop)`;
  throw new GatewayError("TOO_MANY_RECORDS", message);
}
