import { useEffect, useMemo, useRef } from "preact/hooks";
import type { RunDetail } from "../api/answers.ts";
import { Graph, type GraphState } from "../graph/graph-context.ts";
import type { Records } from "../graph/records.ts";
import { StepList } from "../graph/step-list.tsx";
import { countSteps, wholeOf } from "../graph/tree.ts";
import { StepDetails } from "./step-details.tsx";

interface Props {
  readonly run: RunDetail;
  readonly records: Records;
  readonly selected: string | null;
  readonly select: (path: string | null) => void;
  /** Called when an operation has changed the run. */
  readonly changed: () => void;
}

/** The steps of a run as they went, and beside them the details of one. */
export function StepsSection({ run, records, selected, select, changed }: Props) {
  const graph = useRef<HTMLDivElement>(null);
  const details = useRef<HTMLElement>(null);
  const whole = wholeOf(run.definition.source);
  const state = useMemo<GraphState>(() => {
    const from = Date.parse(run.startedAt);
    const to = run.finishedAt === null ? Date.now() : Date.parse(run.finishedAt);
    const span = { from, ms: to - from };
    return { records, selected, select, span, goesOn: run.finishedAt === null };
  }, [run, records, selected]);
  useEffect(() => {
    if (selected !== null) details.current?.focus({ preventScroll: true });
  }, [selected]);
  const close = () => {
    select(null);
    const cards = graph.current?.querySelectorAll<HTMLElement>("[data-path]") ?? [];
    [...cards].find(({ dataset }) => dataset["path"] === selected)?.focus();
  };
  const count = countSteps(whole.steps);
  return (
    <section class="steps-section" aria-labelledby="steps">
      <h2 id="steps">
        Steps <small class="quiet">{count}</small>
      </h2>
      <div class="beside" data-open={selected !== null}>
        <div ref={graph} class="graph">
          <Graph.Provider value={state}>
            <StepList branch={whole} />
          </Graph.Provider>
        </div>
        {selected !== null && (
          <StepDetails
            key={selected}
            panel={details}
            run={run}
            path={selected}
            records={records.of(selected)}
            close={close}
            changed={changed}
          />
        )}
      </div>
    </section>
  );
}
