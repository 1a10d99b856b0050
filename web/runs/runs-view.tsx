import { useState } from "preact/hooks";
import type { WorkflowSummary } from "../api/answers.ts";
import { useAnswer } from "../api/use-answer.ts";
import { ManyDialog, type ManyVerb } from "../actions/many-dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Loading } from "../parts/loading.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { FilterForm } from "./filter-form.tsx";
import { filtersOf, isNarrowed } from "./filters.ts";
import { LastHour } from "./last-hour.tsx";
import { NoRuns } from "./no-runs.tsx";
import { RunTable } from "./run-table.tsx";
import { Selection } from "./selection.tsx";
import { useRuns } from "./use-runs.ts";

/** The list of runs, as they happen. */
export function RunsView({ params }: { readonly params: URLSearchParams }) {
  const filters = filtersOf(params);
  const narrowed = isNarrowed(filters);
  const { answer } = useAnswer<{ workflows: WorkflowSummary[] }>("workflows");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<ManyVerb | null>(null);
  const { list, error, reload, loadMore, showNew } = useRuns(
    filters,
    () => narrowed || scrollY > 80 || selected.size > 0 || isReading(),
  );
  const select = (id: string, on: boolean) =>
    setSelected((old) => new Set(on ? [...old, id] : [...old].filter((one) => one !== id)));
  const unconfirmed = list.runs.filter(({ status }) => status === "unconfirmed");
  const chosen = unconfirmed.filter(({ id }) => selected.has(id));
  const showFromTop = () => {
    scrollTo({ top: 0 });
    showNew();
  };

  return (
    <>
      <h1 tabIndex={-1}>Runs</h1>
      <LastHour />
      <FilterForm filters={filters} workflows={answer?.workflows ?? []} />
      <p class="new-runs" role="status">
        {(list.waiting.length > 0 || list.more) && (
          <button type="button" class="primary" onClick={showFromTop}>
            <Icon name="up" />
            {list.more ? "Many" : list.waiting.length} new{" "}
            {list.waiting.length === 1 ? "run" : "runs"}
          </button>
        )}
      </p>
      {error !== null && <Trouble error={error} retry={reload} />}
      {error === null && list.next === undefined && <Loading what="runs" />}
      {list.next === null && list.runs.length === 0 && <NoRuns narrowed={narrowed} />}
      {list.runs.length > 0 && (
        <RunTable
          runs={list.runs}
          hasMore={list.next !== null}
          loadMore={loadMore}
          selected={selected}
          select={select}
        />
      )}
      {typeof list.next === "string" && (
        <button type="button" class="more" onClick={loadMore}>
          {list.runs.length === 0 ? "None found so far. Look at older runs" : "Load older runs"}
        </button>
      )}
      {unconfirmed.length > 0 && (
        <Selection
          chosen={chosen.length}
          all={unconfirmed.length}
          selectAll={() => setSelected(new Set(unconfirmed.map(({ id }) => id)))}
          clear={() => setSelected(new Set())}
          ask={setAsked}
        />
      )}
      {asked !== null && (
        <ManyDialog
          verb={asked}
          runs={chosen}
          close={(done) => {
            setAsked(null);
            if (!done) return;
            setSelected(new Set());
            reload();
          }}
        />
      )}
    </>
  );
}

/** Whether the reader is at a row with the keyboard: it should not move away. */
const isReading = () => Boolean(document.activeElement?.closest(".run-row"));
