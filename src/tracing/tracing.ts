import { type ProxyTracerProvider, ROOT_CONTEXT, context, trace } from "@opentelemetry/api";
import type { Log } from "../model/log.ts";
import type { Tracing } from "../model/tracing.ts";
import { traceOutbound, traceUpstream } from "./calls.ts";
import { traceRequests } from "./requests.ts";
import { traceAcceptance, traceResumed, traceRuns } from "./runs.ts";
import type { Mask } from "./shown.ts";
import { traceSteps } from "./steps.ts";
import { untraced } from "./untraced.ts";

/** The parts of tracing. */
export interface TracingParts {
  /** Hides secrets in a text. */
  readonly mask: Mask;
  readonly log: Pick<Log, "warn">;
  /** Whether the configuration says where spans go. */
  readonly wanted: boolean;
}

/**
 * Finds out, once, whether this process has an OpenTelemetry SDK; if it has none, nothing is traced, and that costs nothing.
 * @see docs/operation.md, "Traces"
 */
export function openTracing({ mask, log, wanted }: TracingParts): Tracing {
  if (!isRegistered()) {
    if (wanted) log.warn({}, "nothing is traced: no OpenTelemetry SDK is registered");
    return untraced;
  }
  if (!contextIsCarried()) {
    log.warn({}, "nothing is traced: the OpenTelemetry SDK has registered no context manager");
    return untraced;
  }
  const tracer = trace.getTracer("sidehook");
  return {
    request: traceRequests(tracer, mask),
    step: traceSteps(tracer),
    run: traceRuns(tracer),
    resume: traceResumed(tracer),
    acceptance: traceAcceptance(tracer),
    upstream: traceUpstream(tracer, mask),
    outbound: traceOutbound(tracer, mask),
    flush,
  };
}

/** Whether spans go anywhere. The API stands in for an SDK that is not there. */
function isRegistered(): boolean {
  const provider = trace.getTracerProvider() as Partial<ProxyTracerProvider>;
  return (
    provider.getDelegateTracer === undefined || provider.getDelegateTracer("sidehook") !== undefined
  );
}

/** Whether what is done later still knows the span that it is done in. */
function contextIsCarried(): boolean {
  const key = Symbol("sidehook");
  return context.with(
    ROOT_CONTEXT.setValue(key, true),
    () => context.active().getValue(key) === true,
  );
}

/** Has the SDK export what it holds. What it can't export is its own affair. */
async function flush(grace: number): Promise<void> {
  const provider = trace.getTracerProvider() as Partial<ProxyTracerProvider>;
  const sdk = (provider.getDelegate?.() ?? provider) as { forceFlush?: () => Promise<void> };
  let late: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => (late = setTimeout(resolve, grace)));
  await Promise.race([sdk.forceFlush?.().catch(() => undefined), patience]);
  clearTimeout(late);
}
