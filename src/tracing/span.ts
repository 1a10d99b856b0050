import {
  type Attributes,
  type Context,
  type Span,
  type SpanKind,
  SpanStatusCode,
  type Tracer,
  context,
  trace,
} from "@opentelemetry/api";
import { Suspension } from "../model/step-error.ts";

/** A span that is to begin. */
export interface Beginning {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  /** The context that it begins in. */
  readonly parent: Context;
}

/**
 * Does work within a span that ends with it, whether it is done at once or later.
 * @param ended adds to the span what came of the work
 */
export function inSpan<T>(
  tracer: Tracer,
  { name, kind, attributes, parent }: Beginning,
  work: (span: Span) => T | Promise<T>,
  ended: (span: Span, result: T) => void,
): T | Promise<T> {
  const span = tracer.startSpan(name, { kind, attributes }, parent);
  const finish = (result: T): T => {
    ended(span, result);
    span.end();
    return result;
  };
  const failed = (error: unknown): never => {
    if (error instanceof Suspension) span.setAttribute("sidehook.waits", true);
    else markFailed(span, errorType(error));
    span.end();
    throw error;
  };
  try {
    const result = context.with(trace.setSpan(parent, span), () => work(span));
    return result instanceof Promise ? result.then(finish, failed) : finish(result);
  } catch (error) {
    return failed(error);
  }
}

/** Says that what a span tells of went wrong. Never the message of an error: it may hold what is not for others. */
export function markFailed(span: Span, type: string): void {
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The code of an error, or its kind. */
function errorType(error: unknown): string {
  if (!(error instanceof Error)) return "Error";
  const { code, name } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : name;
}
