import { Registry } from "prom-client";
import { openMetrics } from "../../src/metrics/metrics.ts";
import { cell, table } from "./markdown.ts";

/** The reference page of metrics, in Markdown, made from those that a gateway registers. */
export function metricReference(): string {
  const rows = registered().map(({ name, help, type, labelNames }) => [
    `\`${name}\``,
    type,
    labelNames.map((label) => `\`${label}\``).join(", "),
    cell(help),
  ]);
  return `${[
    "# Metrics",
    "",
    "What `GET /metrics` on the admin port gives, as [Operation](operation.md#metrics) tells. Made from the metrics of a gateway by",
    "`npm run reference`. Times are in seconds, sizes in bytes.",
    "",
    ...table(["metric", "type", "labels", "meaning"], rows),
  ].join("\n")}\n`;
}

/** A metric of prom-client: its typings leave out what it is made with. */
interface Registered {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

/** The metrics that a gateway registers. Only their names and words are looked at. */
function registered(): readonly Registered[] {
  const registry = new Registry();
  const metrics = openMetrics(
    { version: "", stepTypes: [], fileLimit: 0, now: () => new Date(0) },
    registry,
  );
  metrics.read({
    store: { backlog: unread, pending: unread, failures: unread, ready: unread, differing: unread },
    connections: unread,
    configuration: unread,
  });
  metrics.close();
  return registry.getMetricsAsArray() as unknown as readonly Registered[];
}

const unread = () => {
  throw new Error("no number is read here");
};
