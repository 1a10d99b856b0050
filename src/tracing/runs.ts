import { type Span, SpanKind, type Tracer } from "@opentelemetry/api";
import type { Acceptance, NewRun } from "../model/queue.ts";
import type { ResumeWorkflow, RunEnd, RunStart, RunWait, RunWorkflow } from "../model/run.ts";
import type { Workflow } from "../model/workflow.ts";
import { below, traceparentFrom, withinTrace } from "./context.ts";
import { type Beginning, inSpan, markFailed } from "./span.ts";

/** Runs that a client waits for, each within a span. */
export const traceRuns =
  (tracer: Tracer) =>
  (run: RunWorkflow): RunWorkflow =>
  async (workflow, start, watch) => {
    const parent = withinTrace(start.traceparent);
    const beginning = beginningOf(SpanKind.INTERNAL, workflow, start, parent);
    return inSpan(tracer, beginning, (span) => run(workflow, under(span, start), watch), tellEnd);
  };

/** Queued runs, each stretch within a span. */
export const traceResumed =
  (tracer: Tracer) =>
  (resume: ResumeWorkflow): ResumeWorkflow =>
  async (workflow, start, journal) => {
    const parent = below(start.traceparent);
    const beginning = beginningOf(SpanKind.CONSUMER, workflow, start, parent);
    const work = (span: Span) => resume(workflow, under(span, start), journal);
    return inSpan<RunEnd | RunWait>(tracer, beginning, work, tellEnd);
  };

/** Runs that are queued: those without a cause get a trace, so that all of their stretches are in one. */
export function traceAcceptance(tracer: Tracer) {
  const traced = (run: NewRun): NewRun => {
    if (run.traceparent !== null) return run;
    const { key } = run.workflow;
    const attributes = { "sidehook.workflow": key, "sidehook.run.id": run.id };
    const span = tracer.startSpan(`queue ${key}`, { kind: SpanKind.PRODUCER, attributes });
    span.end();
    return { ...run, traceparent: traceparentFrom(span) };
  };
  return (acceptance: Acceptance): Acceptance => ({
    accept: (runs, ...more) => acceptance.accept(runs.map(traced), ...more),
  });
}

const beginningOf = (
  kind: SpanKind,
  { key, trigger }: Workflow,
  { id, attempt, parent: above, observe }: RunStart,
  parent: Beginning["parent"],
): Beginning => ({
  name: `run ${key}`,
  kind,
  attributes: {
    "sidehook.workflow": key,
    "sidehook.trigger": trigger.type,
    "sidehook.run.id": id,
    "sidehook.run.attempt": attempt + 1,
    ...(above !== null && { "sidehook.run.parent": above }),
    ...(observe && { "sidehook.run.observe": true }),
  },
  parent,
});

/** The start of a run whose subflows and requests are below its span. */
function under(span: Span, start: RunStart): RunStart {
  const traceparent = traceparentFrom(span);
  return {
    ...start,
    traceparent,
    propagatedHeaders: { ...start.propagatedHeaders, traceparent },
  };
}

function tellEnd(span: Span, end: RunEnd | RunWait): void {
  span.setAttribute("sidehook.run.status", end.status);
  if (end.status !== "errored" && end.status !== "timed-out") return;
  markFailed(span, end.error?.code ?? end.status);
}
