import { useMemo } from "preact/hooks";
import type { RunDetail } from "../api/answers.ts";
import { useAnswer } from "../api/use-answer.ts";
import { useReloadOnNews } from "../api/use-reload.ts";
import { RunActions } from "../actions/run-actions.tsx";
import { recordsOf } from "../graph/records.ts";
import { Loading } from "../parts/loading.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { goInstead, runHref } from "../routes.ts";
import { CurlSection } from "./curl-section.tsx";
import { DefinitionSection } from "./definition-section.tsx";
import { ErrorSection } from "./error-section.tsx";
import { OutcomeSection } from "./outcome-section.tsx";
import { RelatedSection } from "./related-section.tsx";
import { RequestSection } from "./request-section.tsx";
import { RunFacts } from "./run-facts.tsx";
import { StepsSection } from "./steps-section.tsx";

interface Props {
  readonly id: string;
  /** The path of the step whose details are shown. */
  readonly step: string | null;
}

/** Milliseconds between two looks at a run that goes on. */
const PAUSE = 500;

/** One run: what came, what its steps did, how it ended, and what can be done now. */
export function RunView({ id, step }: Props) {
  const { answer: run, error, reload } = useAnswer<RunDetail>(`runs/${encodeURIComponent(id)}`);
  useReloadOnNews(reload, PAUSE, ({ runs }) =>
    runs.some((one) => one.id === id || one.parent === id),
  );
  const records = useMemo(() => recordsOf(run?.steps ?? []), [run]);
  if (run === null) {
    return (
      <>
        <h1 tabIndex={-1}>Run</h1>
        {error === null ? <Loading what="the run" /> : <Trouble error={error} retry={reload} />}
      </>
    );
  }
  const select = (path: string | null) => goInstead(runHref(id, path));
  return (
    <>
      <RunFacts run={run} />
      <RunActions run={run} changed={reload} />
      {run.error !== null && run.error !== undefined && (
        <ErrorSection run={run} error={run.error} select={select} />
      )}
      <StepsSection run={run} records={records} selected={step} select={select} changed={reload} />
      <RequestSection run={run} />
      <OutcomeSection run={run} />
      <RelatedSection run={run} />
      <CurlSection run={run} />
      <DefinitionSection run={run} selected={step} />
    </>
  );
}
