import { lazySignal } from "../../src/model/lazy-signal.ts";
import { createHash } from "node:crypto";
import { v7 as uuid } from "uuid";
import type { History } from "../../src/model/history.ts";
import type { Claim, NewRun, RunQueue } from "../../src/model/queue.ts";
import type { RunEnd, RunStart, StepRecord } from "../../src/model/run.ts";
import type { Workflow } from "../../src/model/workflow.ts";

/** A pre-action workflow without steps: what the history needs to know of one. */
export function aWorkflow(own: Partial<Workflow> = {}): Workflow {
  const source = JSON.stringify({ trigger: { type: "pre-action" }, steps: [], key: own.key });
  return {
    key: "check-title",
    title: null,
    enabled: true,
    timeout: null,
    concurrency: null,
    debounce: null,
    rate: null,
    onFailure: null,
    trigger: {
      type: "pre-action",
      collection: "posts",
      global: true,
      actions: ["create"],
      roles: null,
      each: "record",
      observe: false,
      bodies: "readable",
    },
    steps: [],
    definition: definitionOf(source),
    acts: false,
    ...own,
  };
}

/** A definition with its hash. */
export const definitionOf = (source: string) => ({
  hash: createHash("sha256").update(source).digest("hex"),
  source,
});

/** A start of a run, at a new id. */
export function aStart(own: Partial<RunStart> = {}): RunStart {
  return {
    id: uuid(),
    startedAt: new Date(),
    trigger: { type: "pre-action", collection: "posts", action: "create" },
    request: null,
    response: null,
    caller: null,
    observe: false,
    signal: lazySignal(new AbortController().signal),
    requestId: null,
    traceparent: null,
    depth: 0,
    parent: null,
    attempt: 0,
    propagatedHeaders: {},
    ...own,
  };
}

/** A run for the queue, at a new id. */
export function aNewRun(own: Partial<NewRun> = {}): NewRun {
  return {
    id: uuid(),
    workflow: aWorkflow({ key: "notify" }),
    trigger: { type: "post-action", collection: "posts", action: "create", data: { id: 1 } },
    acceptedAt: new Date(),
    requestId: null,
    traceparent: null,
    depth: 0,
    parent: null,
    replayOf: null,
    ...own,
  };
}

/** Accepts a run and claims it: it must be the only one that can go on. */
export async function aClaim(queue: RunQueue, own: Partial<NewRun> = {}): Promise<Claim> {
  await queue.accept([aNewRun(own)]);
  return theClaim(queue);
}

/** Claims what can go on: it must be one run. */
export async function theClaim(queue: RunQueue): Promise<Claim> {
  const [claim, ...more] = await queue.claim(10);
  if (claim === undefined || more.length > 0) throw new Error("Not one run can go on");
  return claim;
}

/** An end of a run: it succeeded and said nothing. */
export function anEnd({ id }: Pick<RunStart, "id">, own: Partial<RunEnd> = {}): RunEnd {
  return {
    id,
    status: "succeeded",
    stopped: false,
    messages: [],
    response: null,
    output: null,
    error: null,
    finishedAt: new Date(),
    ...own,
  };
}

/** A record of a step. */
export function aStep(own: Partial<StepRecord> = {}): StepRecord {
  return {
    path: "calculation#0",
    id: null,
    type: "calculation",
    status: "succeeded",
    attempt: 1,
    input: null,
    result: null,
    error: null,
    startedAt: new Date(),
    durationMs: 0.5,
    effects: null,
    ...own,
  };
}

/** Records a run that has ended, and gives its id. */
export async function record(
  history: History,
  own: { workflow?: Workflow; start?: Partial<RunStart>; end?: Partial<RunEnd> } = {},
): Promise<string> {
  const start = aStart(own.start);
  await history.finish(own.workflow ?? aWorkflow(), start, anEnd(start, own.end), []);
  return start.id;
}
