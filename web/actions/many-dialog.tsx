import { useState } from "preact/hooks";
import type { RunSummary } from "../api/answers.ts";
import { Refused, send } from "../api/ask.ts";
import { Dialog } from "./dialog.tsx";

/** What can be done with several unconfirmed runs. */
export type ManyVerb = "replay" | "dismiss";

interface Props {
  readonly verb: ManyVerb;
  readonly runs: readonly RunSummary[];
  /** `done`: something was done. */
  readonly close: (done: boolean) => void;
}

/** Replays or dismisses several unconfirmed runs, one after another, and tells of those that refuse. */
export function ManyDialog({ verb, runs, close }: Props) {
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const [count] = useState(runs.length);
  const left = runs.filter(({ id }) => !done.has(id));
  const act = async () => {
    const refused: string[] = [];
    for (const { id, workflow } of left) {
      try {
        await send(`runs/${id}/${verb}`);
        setDone((old) => new Set([...old, id]));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refused.push(`${workflow}: ${error.message}`);
      }
    }
    if (refused.length === 0) return close(true);
    throw new Error(`${refused.length} of ${left.length} could not be done. ${refused.join(" ")}`);
  };
  const runsWord = count === 1 ? "run" : "runs";
  return (
    <Dialog
      title={`${verb === "replay" ? "Replay" : "Dismiss"} ${count} unconfirmed ${runsWord}?`}
      verb={verb === "replay" ? "Replay" : "Dismiss"}
      act={act}
      close={() => close(done.size > 0)}
    >
      {verb === "replay" ? (
        <p>
          For each of them a new run is queued, with the record as the upstream has it now. It acts
          for real. The unconfirmed run is then dismissed, and names its replay.
        </p>
      ) : (
        <p>
          They are set aside. Nothing is run, neither now nor later, and a dismissed run stays in
          the history.
        </p>
      )}
      {done.size > 0 && (
        <p role="status">
          {done.size} of {count} done
        </p>
      )}
    </Dialog>
  );
}
