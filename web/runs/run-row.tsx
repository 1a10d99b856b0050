import type { RunSummary } from "../api/answers.ts";
import { Status } from "../parts/status.tsx";
import { Time } from "../parts/time.tsx";
import { runHref } from "../routes.ts";
import { between, duration } from "../text/times.ts";

interface Props {
  readonly run: RunSummary;
  /** From 1, among all rows. */
  readonly index: number;
  readonly selected: boolean;
  readonly select: (id: string, selected: boolean) => void;
}

/** A run in the list. One that is unconfirmed can be selected. */
export function RunRow({ run, index, selected, select }: Props) {
  const { id, status, workflow, startedAt, finishedAt, error, replayOf, parent } = run;
  const took = between(startedAt, finishedAt);
  return (
    <div class="run-row" role="row" aria-rowindex={index + 1}>
      <span role="cell" class="pick">
        {status === "unconfirmed" && (
          <input
            type="checkbox"
            aria-label={`Select the run of ${workflow} at ${startedAt}`}
            checked={selected}
            onChange={({ currentTarget }) => select(id, currentTarget.checked)}
          />
        )}
      </span>
      <span role="cell" class="state">
        <Status of={status} />
      </span>
      <span role="cell" class="name">
        <a href={runHref(id)}>{workflow}</a>
        {replayOf !== null && <small>replay</small>}
        {parent !== null && <small>subflow</small>}
      </span>
      <span role="cell" class="why">
        {error?.message ?? ""}
      </span>
      <span role="cell" class="kind">
        {run.trigger}
      </span>
      <span role="cell" class="when">
        <Time iso={startedAt} />
      </span>
      <span role="cell" class="took">
        {took === null ? "…" : duration(took)}
      </span>
    </div>
  );
}
