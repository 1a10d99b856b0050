import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Json, parseJson } from "../../src/model/json.ts";
import type { RunDetail, StepRecord } from "../api/answers.ts";
import { ReplayDialog } from "../actions/replay-dialog.tsx";
import { canReplay } from "../actions/what-fits.ts";
import { Icon } from "../parts/icon.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { StepState } from "../parts/status.tsx";
import { Time } from "../parts/time.tsx";
import { duration } from "../text/times.ts";
import { PlaceInYaml } from "./place-in-yaml.tsx";

interface Props {
  readonly panel: RefObject<HTMLElement | null>;
  readonly run: RunDetail;
  readonly path: string;
  /** Attempt by attempt. */
  readonly records: readonly StepRecord[];
  readonly close: () => void;
  readonly changed: () => void;
}

/** What one step took in, gave and said, attempt by attempt. Escape closes it. */
export function StepDetails({ panel, run, path, records, close, changed }: Props) {
  const [asks, setAsks] = useState(false);
  useEffect(() => {
    const escape = ({ key }: KeyboardEvent) => {
      if (key === "Escape" && !asks) close();
    };
    addEventListener("keydown", escape);
    return () => removeEventListener("keydown", escape);
  });
  return (
    <aside ref={panel} class="details" tabIndex={-1} aria-label={`Step ${path}`}>
      <header>
        <h3>{path}</h3>
        <button type="button" class="quiet-button" onClick={close}>
          <Icon name="close" />
          <span class="hidden">Close the step's details</span>
        </button>
      </header>
      {records.length === 0 && <p class="quiet">The run did not come here.</p>}
      {records.toReversed().map((record) => (
        <Attempt key={record.attempt} record={record} of={records.length} />
      ))}
      <PlaceInYaml source={run.definition.source} path={path} />
      {records.length > 0 && canReplay(run) && (
        <button type="button" onClick={() => setAsks(true)}>
          <Icon name="again" /> Replay from here…
        </button>
      )}
      {asks && (
        <ReplayDialog run={run} from={path} close={() => setAsks(false)} changed={changed} />
      )}
    </aside>
  );
}

function Attempt({ record, of }: { readonly record: StepRecord; readonly of: number }) {
  const { attempt, status, startedAt, durationMs, input, result, error } = record;
  return (
    <section class="attempt" aria-label={`Attempt ${attempt}`}>
      <p>
        <StepState of={status} /> {of > 1 && `attempt ${attempt}, `}
        <Time iso={startedAt} />, {duration(durationMs)}
      </p>
      {error !== null && (
        <p class="problem">
          {error.message} {error.code !== undefined && <code>{error.code}</code>}
        </p>
      )}
      {error?.answered !== undefined && (
        <Value
          label={`What was answered (${error.answered.status})`}
          value={readable(error.answered.body)}
        />
      )}
      <Value label="Input" value={input ?? null} />
      <Value label="Result" value={result} />
    </section>
  );
}

/** What was answered, as JSON where it is. */
function readable(body: string): Json {
  try {
    return parseJson(body);
  } catch {
    return body;
  }
}

function Value({ label, value }: { readonly label: string; readonly value: Json }) {
  if (value === null) return null;
  return (
    <>
      <h4>{label}</h4>
      <JsonView value={value} label={label} />
    </>
  );
}
