import { useState } from "preact/hooks";
import type { RunDetail } from "../api/answers.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { PlainDialog, type PlainVerb } from "./plain-dialog.tsx";
import { ReplayDialog } from "./replay-dialog.tsx";
import { canCancel, canDismiss, canReplay, canResume } from "./what-fits.ts";

interface Props {
  readonly run: RunDetail;
  readonly changed: () => void;
}

const ALL: readonly {
  readonly verb: PlainVerb | "replay";
  readonly icon: IconName;
  readonly fits: (run: RunDetail) => boolean;
}[] = [
  { verb: "replay", icon: "again", fits: canReplay },
  { verb: "resume", icon: "play", fits: canResume },
  { verb: "cancel", icon: "cross", fits: canCancel },
  { verb: "dismiss", icon: "archive", fits: canDismiss },
];

/** What can be done with the run as it stands. */
export function RunActions({ run, changed }: Props) {
  const [asked, setAsked] = useState<PlainVerb | "replay" | null>(null);
  const close = () => setAsked(null);
  return (
    <div class="actions" role="group" aria-label="What can be done">
      {ALL.filter(({ fits }) => fits(run)).map(({ verb, icon }) => (
        <button key={verb} type="button" onClick={() => setAsked(verb)}>
          <Icon name={icon} /> {verb.charAt(0).toUpperCase() + verb.slice(1)}…
        </button>
      ))}
      {asked === "replay" && <ReplayDialog run={run} from="" close={close} changed={changed} />}
      {asked !== null && asked !== "replay" && (
        <PlainDialog verb={asked} run={run} close={close} changed={changed} />
      )}
    </div>
  );
}
