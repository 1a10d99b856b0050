import { Code } from "../parts/code.tsx";
import { useState } from "preact/hooks";
import { HandDialog } from "../actions/hand-dialog.tsx";
import type { WorkflowDetail } from "../api/answers.ts";
import { useAnswer } from "../api/use-answer.ts";
import { useReloadOnNews } from "../api/use-reload.ts";
import { StepList } from "../graph/step-list.tsx";
import { wholeOf } from "../graph/tree.ts";
import { Icon } from "../parts/icon.tsx";
import { Loading } from "../parts/loading.tsx";
import { StatusBar } from "../parts/status-bar.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { runsHref } from "../routes.ts";
import { duration } from "../text/times.ts";
import { TriggerText } from "./trigger-text.tsx";

/** Milliseconds between two looks at the numbers. */
const PAUSE = 3_000;

/** One workflow: what starts it, what it does, and how its runs went. */
export function WorkflowView({ of }: { readonly of: string }) {
  const path = `workflows/${encodeURIComponent(of)}`;
  const { answer: workflow, error, reload } = useAnswer<WorkflowDetail>(path);
  const [asked, setAsked] = useState(false);
  useReloadOnNews(reload, PAUSE, ({ runs }) => runs.some(({ workflow: key }) => key === of));
  if (workflow === null) {
    return (
      <>
        <h1 tabIndex={-1}>{of}</h1>
        {error === null ? (
          <Loading what="the workflow" />
        ) : (
          <Trouble error={error} retry={reload} />
        )}
      </>
    );
  }
  const { key, title, enabled, triggerConfig, runs, definition, yaml, statistics } = workflow;
  return (
    <>
      <header class="facts">
        <p class="kicker">Workflow</p>
        <h1 tabIndex={-1}>
          {title ?? key} {!enabled && <small>disabled</small>}
        </h1>
        <p class="quiet">
          <code>{key}</code>
        </p>
        <TriggerText trigger={triggerConfig} />
      </header>
      <div class="actions">
        <button type="button" onClick={() => setAsked(true)}>
          <Icon name="play" /> Run by hand…
        </button>
        <a class="button" href={runsHref({ workflow: key })}>
          Its runs
        </a>
        {asked && <HandDialog of={key} close={() => setAsked(false)} />}
      </div>
      <section aria-labelledby="numbers">
        <h2 id="numbers">Runs</h2>
        <StatusBar
          label="All runs by status"
          counts={runs}
          href={(status) => runsHref({ workflow: key, status })}
        />
        <Numbers of={statistics} />
      </section>
      <section aria-labelledby="steps">
        <h2 id="steps">Steps</h2>
        <div class="graph">
          <StepList branch={wholeOf(definition.source)} />
        </div>
      </section>
      <section aria-labelledby="yaml">
        <h2 id="yaml">YAML</h2>
        <Code label="The workflow as it is written" text={yaml}>
          {yaml}
        </Code>
      </section>
    </>
  );
}

/** How the runs of the last day went. */
function Numbers({ of }: { readonly of: WorkflowDetail["statistics"] }) {
  const { ended, failureRate, p50Ms, p95Ms } = of;
  if (ended === 0) return <p class="quiet">None ended in the last day.</p>;
  const rate = failureRate === null ? "–" : `${Number((failureRate * 100).toFixed(1))} %`;
  return (
    <dl class="numbers" aria-label="The last day">
      <Figure term="Ended in the last day" value={ended.toLocaleString()} />
      <Figure term="Of them not well" value={rate} />
      <Figure term="Half took at most" value={p50Ms === null ? "–" : duration(p50Ms)} hint="p50" />
      <Figure term="95 % took at most" value={p95Ms === null ? "–" : duration(p95Ms)} hint="p95" />
    </dl>
  );
}

function Figure({
  term,
  value,
  hint,
}: {
  readonly term: string;
  readonly value: string;
  readonly hint?: string;
}) {
  return (
    <div>
      <dt>
        {term} {hint !== undefined && <small>{hint}</small>}
      </dt>
      <dd>{value}</dd>
    </div>
  );
}
