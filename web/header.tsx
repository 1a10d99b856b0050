import type { GatewayStatus } from "./api/answers.ts";
import type { Connection } from "./api/live.ts";
import { type Route, runsHref, workflowsHref } from "./routes.ts";
import { duration } from "./text/times.ts";

interface Props {
  readonly route: Route;
  readonly connection: Connection;
  readonly status: GatewayStatus | null;
}

const CONNECTION: Readonly<Record<Connection, string>> = {
  connecting: "Connecting",
  live: "Live",
  lost: "Not live",
};

/** Where the reader is, and how the gateway is. */
export function Header({ route, connection, status }: Props) {
  const inRuns = route.view === "runs" || route.view === "run";
  return (
    <header class="top">
      <a class="brand" href={runsHref()}>
        Sidehook
      </a>
      <nav aria-label="Views">
        <a href={runsHref()} aria-current={inRuns ? "page" : undefined}>
          Runs
        </a>
        <a href={workflowsHref} aria-current={inRuns ? undefined : "page"}>
          Workflows
        </a>
      </nav>
      <p class="connection" data-connection={connection} role="status">
        <i aria-hidden="true" />
        {CONNECTION[connection]}
      </p>
      {status !== null && <GatewayLine status={status} />}
    </header>
  );
}

function GatewayLine({
  status: { version, upstream, queue, startedAt },
}: {
  readonly status: GatewayStatus;
}) {
  const depth = queue.queued + queue.running;
  return (
    <p class="gateway quiet" title={`Up for ${duration(Date.now() - Date.parse(startedAt))}`}>
      <span>v{version}</span>
      <span>
        to <code>{upstream}</code>
      </span>
      <span>{depth === 0 ? "queue empty" : `${depth.toLocaleString()} in the queue`}</span>
      {queue.waiting > 0 && <span>{queue.waiting.toLocaleString()} waiting</span>}
      {queue.unconfirmed > 0 && (
        <a href={runsHref({ status: "unconfirmed" })}>
          {queue.unconfirmed.toLocaleString()} unconfirmed
        </a>
      )}
    </p>
  );
}
