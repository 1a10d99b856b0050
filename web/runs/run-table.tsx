import { useEffect } from "preact/hooks";
import type { RunSummary } from "../api/answers.ts";
import { RunRow } from "./run-row.tsx";
import { useWindow } from "./use-window.ts";

interface Props {
  readonly runs: readonly RunSummary[];
  /** Whether older ones can be loaded. */
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  readonly selected: ReadonlySet<string>;
  readonly select: (id: string, selected: boolean) => void;
}

/** The list of runs. However many there are, only the rows near the screen stand in the document. */
export function RunTable({ runs, hasMore, loadMore, selected, select }: Props) {
  const { ref, first, last, row } = useWindow(runs.length);
  const nearEnd = hasMore && last >= runs.length;
  useEffect(() => {
    if (nearEnd) loadMore();
  }, [nearEnd, runs.length]);
  return (
    <div role="table" aria-label="Runs" aria-rowcount={hasMore ? -1 : runs.length + 1} class="runs">
      <div role="row" class="run-row head" aria-rowindex={1}>
        <span role="columnheader" class="pick">
          <span class="hidden">Select</span>
        </span>
        <span role="columnheader">Status</span>
        <span role="columnheader">Workflow</span>
        <span role="columnheader">Error</span>
        <span role="columnheader">Trigger</span>
        <span role="columnheader">Started</span>
        <span role="columnheader" class="took">
          Took
        </span>
      </div>
      <div role="rowgroup" ref={(element) => void (ref.current = element)}>
        <div role="presentation" style={{ height: `${first * row}px` }} />
        {runs.slice(first, last).map((run, offset) => (
          <RunRow
            key={run.id}
            run={run}
            index={first + offset + 1}
            selected={selected.has(run.id)}
            select={select}
          />
        ))}
        <div role="presentation" style={{ height: `${(runs.length - last) * row}px` }} />
      </div>
    </div>
  );
}
