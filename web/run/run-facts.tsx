import type { ComponentChildren } from "preact";
import type { RunDetail } from "../api/answers.ts";
import { isJsonObject } from "../../src/model/json.ts";
import { Copy } from "../parts/copy.tsx";
import { Status } from "../parts/status.tsx";
import { Time } from "../parts/time.tsx";
import { workflowHref } from "../routes.ts";
import { between, duration } from "../text/times.ts";

/** Which run it is, and where it stands. */
export function RunFacts({ run }: { readonly run: RunDetail }) {
  const { id, workflow, status, startedAt, finishedAt, trigger, requestId, traceId, attempt } = run;
  const took = between(startedAt, finishedAt);
  const type = isJsonObject(trigger) ? trigger["type"] : null;
  return (
    <header class="facts">
      <p class="kicker">Run</p>
      <h1 tabIndex={-1}>
        <a href={workflowHref(workflow)}>{workflow}</a> <Status of={status} />
      </h1>
      <dl>
        <Fact term="Began">
          <Time iso={startedAt} />
        </Fact>
        <Fact term="Took">{took === null ? "not ended yet" : duration(took)}</Fact>
        {typeof type === "string" && <Fact term="Trigger">{type}</Fact>}
        <Id term="Run id" id={id} />
        {requestId !== null && <Id term="Request id" id={requestId} />}
        {traceId !== null && <Id term="Trace id" id={traceId} />}
        {attempt > 1 && <Fact term="Restarts">{attempt - 1} after the process died</Fact>}
      </dl>
    </header>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Id({ term, id }: { readonly term: string; readonly id: string }) {
  return (
    <Fact term={term}>
      <code>{id}</code>
      <Copy text={id} what={term} />
    </Fact>
  );
}
