import type { IncomingMessage, ServerResponse } from "node:http";
import type { Outbound } from "./outbound.ts";
import type { Acceptance } from "./queue.ts";
import type { ResumeWorkflow, RunWorkflow } from "./run.ts";
import type { UpstreamAddress } from "./upstream-address.ts";
import type { Upstream } from "./upstream.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Traces what the gateway does. Each part decorates what does it; where nothing is traced, each gives back what it is given.
 * @see docs/operation.md, "Traces"
 */
export interface Tracing {
  /** Begins the span of a concerned request; null: nothing is traced. */
  readonly request: TraceRequest | null;
  /** Does an attempt of a step within its span; null: nothing is traced. */
  readonly step: AroundStep | null;
  /** A span for each run that a client waits for. */
  run(run: RunWorkflow): RunWorkflow;
  /** A span for each stretch of a queued run: from where it is claimed to where it waits or ends. */
  resume(resume: ResumeWorkflow): ResumeWorkflow;
  /** A span for each run that is queued without a request or a run that caused it, so that all of its stretches have one trace. */
  acceptance(acceptance: Acceptance): Acceptance;
  /** A span for each request to the upstream. */
  upstream(upstream: Upstream, address: UpstreamAddress): Upstream;
  /** A span for each call of a `request` step, with its redirects. */
  outbound(send: Outbound): Outbound;
  /** Resolves when the spans that have ended are exported, within so many milliseconds. */
  flush(grace: number): Promise<void>;
}

/** Begins the span of a request. It ends when the answer is closed. Null where no workflow is concerned. */
export type TraceRequest = (
  request: IncomingMessage,
  response: ServerResponse,
  about: { readonly verdict: Verdict; readonly requestId: string },
) => RequestTrace | null;

/** The trace of one request. */
export interface RequestTrace {
  /** Of its span. */
  readonly traceparent: string;
  /** What is done in `work` belongs to the span. */
  during(work: () => void): void;
}

/** Does an attempt of a step. What it does at once, or later, belongs to the attempt. */
export type AroundStep = <T>(attempt: StepAttempt, perform: () => T | Promise<T>) => T | Promise<T>;

/** An attempt of a step, as its span tells of it. */
export interface StepAttempt {
  readonly run: string;
  readonly path: string;
  readonly type: string;
  /** From 1. */
  readonly number: number;
}
