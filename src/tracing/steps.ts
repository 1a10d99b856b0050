import { SpanKind, type Tracer, context } from "@opentelemetry/api";
import type { AroundStep } from "../model/tracing.ts";
import { inSpan } from "./span.ts";

/** Attempts of steps, each within a span below that of the run, or of the step around. */
export const traceSteps =
  (tracer: Tracer): AroundStep =>
  ({ run, path, type, number }, perform) =>
    inSpan(
      tracer,
      {
        name: `step ${type}`,
        kind: SpanKind.INTERNAL,
        attributes: {
          "sidehook.run.id": run,
          "sidehook.step.path": path,
          "sidehook.step.type": type,
          "sidehook.step.attempt": number,
        },
        parent: context.active(),
      },
      perform,
      () => undefined,
    );
