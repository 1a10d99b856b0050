import { SpanKind, SpanStatusCode, context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

/** A span that has ended, as tests look at it. */
export interface SeenSpan {
  readonly name: string;
  /** `SERVER`, `CLIENT`, `INTERNAL`, `PRODUCER` or `CONSUMER`. */
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Null: it began the trace. */
  readonly parent: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
}

/** An OpenTelemetry SDK that keeps what it is given. */
export interface SpanMemory {
  /** All spans that have ended, in the order in which they did. */
  spans(): SeenSpan[];
  /** Everything that is known of them, as text. */
  text(): string;
  reset(): void;
  /** From now on this process has no SDK. */
  remove(): void;
}

/** Registers an SDK, as an operator does. What is started from now on is traced. */
export function registerSdk(sampler?: Sampler): SpanMemory {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    ...(sampler && { sampler }),
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return {
    spans: () => exporter.getFinishedSpans().map(seen),
    text: () =>
      JSON.stringify(
        exporter
          .getFinishedSpans()
          .map(({ name, attributes, events, status, links }) => [
            name,
            attributes,
            events,
            status,
            links,
          ]),
      ),
    reset: () => exporter.reset(),
    remove() {
      trace.disable();
      context.disable();
    },
  };
}

const seen = (span: ReadableSpan): SeenSpan => ({
  name: span.name,
  kind: SpanKind[span.kind],
  traceId: span.spanContext().traceId,
  spanId: span.spanContext().spanId,
  parent: span.parentSpanContext?.spanId ?? null,
  attributes: span.attributes,
  failed: span.status.code === SpanStatusCode.ERROR,
});

/** The spans as a tree, one line each, children indented below their parent in the order in which they ended. */
export function treeOf(spans: readonly SeenSpan[]): string[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const below = (parent: string | null, depth: number): string[] =>
    spans
      .filter((span) => (parent === null ? !known.has(span.parent ?? "") : span.parent === parent))
      .flatMap(({ kind, name, spanId }) => [
        `${"  ".repeat(depth)}${kind} ${name}`,
        ...below(spanId, depth + 1),
      ]);
  return below(null, 0);
}
