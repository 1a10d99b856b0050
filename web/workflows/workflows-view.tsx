import type { WorkflowSummary } from "../api/answers.ts";
import { useAnswer } from "../api/use-answer.ts";
import { useReloadOnNews } from "../api/use-reload.ts";
import { Loading } from "../parts/loading.tsx";
import { StatusBar } from "../parts/status-bar.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { runsHref, workflowHref } from "../routes.ts";

/** Milliseconds between two looks at the numbers. */
const PAUSE = 3_000;

/** All workflows, and how their runs went. */
export function WorkflowsView() {
  const { answer, error, reload } = useAnswer<{ workflows: WorkflowSummary[] }>("workflows");
  useReloadOnNews(reload, PAUSE);
  return (
    <>
      <h1 tabIndex={-1}>Workflows</h1>
      {error !== null && <Trouble error={error} retry={reload} />}
      {error === null && answer === null && <Loading what="workflows" />}
      {answer?.workflows.length === 0 && (
        <div class="notice-page">
          <h2>No workflows</h2>
          <p>
            The configuration has none under <code>workflows</code>. All requests pass as they come.
          </p>
        </div>
      )}
      <ul class="workflows">
        {answer?.workflows.map((workflow) => (
          <Row key={workflow.key} workflow={workflow} />
        ))}
      </ul>
    </>
  );
}

function Row({ workflow }: { readonly workflow: WorkflowSummary }) {
  const { key, title, enabled, trigger, steps, runs } = workflow;
  return (
    <li>
      <h2>
        <a href={workflowHref(key)}>{title ?? key}</a>
        {!enabled && <small>disabled</small>}
      </h2>
      <p class="quiet">
        <code>{key}</code> · {trigger} · {steps} {steps === 1 ? "step" : "steps"}
      </p>
      {Object.keys(runs).length === 0 ? (
        <p class="quiet">No run yet</p>
      ) : (
        <StatusBar
          label={`Runs of ${key} by status`}
          counts={runs}
          href={(status) => runsHref({ workflow: key, status })}
        />
      )}
    </li>
  );
}
