import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { NodeSDK, tracing } from "@opentelemetry/sdk-node";

/**
 * Registers an SDK that sends spans to a collector, or prints them where `telemetry.endpoint` is left out. Sidehook makes the
 * spans, so that no instrumentation is needed.
 */
export default function register({ endpoint }) {
  const traceExporter =
    endpoint === null
      ? new tracing.ConsoleSpanExporter()
      : new OTLPTraceExporter({ url: new URL("/v1/traces", endpoint).href });
  new NodeSDK({ serviceName: "sidehook", traceExporter }).start();
}
