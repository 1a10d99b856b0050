import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  context,
  createTraceState,
  trace,
} from "@opentelemetry/api";
import { isTraceparent } from "../model/trace.ts";

/** The `traceparent` of a span: W3C Trace Context. */
export function traceparentFrom(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}

/** The context below a span of another process, or of an earlier time; without a trace where the text is not one. */
export function below(traceparent: string | null, tracestate?: string): Context {
  const parent = spanContextOf(traceparent);
  if (parent === null) return ROOT_CONTEXT;
  const state = tracestate === undefined ? {} : { traceState: createTraceState(tracestate) };
  return trace.setSpanContext(ROOT_CONTEXT, { ...parent, ...state });
}

/** The context of what is done now if that belongs to the same trace, else the one below. */
export function withinTrace(traceparent: string | null): Context {
  const active = context.active();
  const traceId = trace.getSpanContext(active)?.traceId;
  return traceId !== undefined && traceId === spanContextOf(traceparent)?.traceId
    ? active
    : below(traceparent);
}

function spanContextOf(traceparent: string | null): SpanContext | null {
  if (traceparent === null || !isTraceparent(traceparent)) return null;
  const [, traceId = "", spanId = "", flags = ""] = traceparent.split("-");
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
}
