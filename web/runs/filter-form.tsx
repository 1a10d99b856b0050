import { useEffect, useState } from "preact/hooks";
import type { WorkflowSummary } from "../api/answers.ts";
import { RUN_STATUSES } from "../parts/status.tsx";
import { goInstead, runsHref } from "../routes.ts";
import { type Filters, isNarrowed } from "./filters.ts";
import { TimeFilter } from "./time-filter.tsx";

interface Props {
  readonly filters: Filters;
  readonly workflows: readonly WorkflowSummary[];
}

const TRIGGERS = ["pre-action", "post-action", "custom-action", "webhook", "schedule", "subflow"];

/** Narrows the list of runs. What it says stands in the address, so that a list can be sent to a colleague. */
export function FilterForm({ filters, workflows }: Props) {
  const set = (some: Partial<Filters>) => goInstead(runsHref({ ...filters, ...some }));
  const keys = workflows.map(({ key }) => key);
  return (
    <form
      class="filters"
      role="search"
      aria-label="Filter runs"
      onSubmit={(event) => event.preventDefault()}
    >
      <Choice
        label="Status"
        value={filters.status}
        all="Any status"
        values={RUN_STATUSES}
        set={(status) => set({ status })}
      />
      <Choice
        label="Workflow"
        value={filters.workflow}
        all="Any workflow"
        values={keys}
        set={(workflow) => set({ workflow })}
      />
      <Choice
        label="Trigger"
        value={filters.trigger}
        all="Any trigger"
        values={TRIGGERS}
        set={(trigger) => set({ trigger })}
      />
      <TimeFilter filters={filters} set={set} />
      <ErrorText value={filters.error} set={(error) => set({ error })} />
      {isNarrowed(filters) && (
        <button type="button" onClick={() => goInstead(runsHref())}>
          Clear filters
        </button>
      )}
    </form>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  /** The words for no choice. */
  readonly all: string;
  readonly values: readonly string[];
  readonly set: (value: string) => void;
}

function Choice({ label, value, all, values, set }: ChoiceProps) {
  const known = value === "" || values.includes(value) ? values : [value, ...values];
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => set(currentTarget.value)}>
        <option value="">{all}</option>
        {known.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Milliseconds without a key until the text is looked for. */
const PAUSE = 300;

function ErrorText({
  value,
  set,
}: {
  readonly value: string;
  readonly set: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => set(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label>
      <span>Error</span>
      <input
        type="search"
        placeholder="Text of an error"
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </label>
  );
}
