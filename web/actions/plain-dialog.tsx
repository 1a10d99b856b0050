import { useContext } from "preact/hooks";
import type { RunDetail } from "../api/answers.ts";
import { send } from "../api/ask.ts";
import { Tell } from "../parts/toasts.tsx";
import { Dialog } from "./dialog.tsx";

/** An operation that needs nothing beside the run. */
export type PlainVerb = "cancel" | "resume" | "dismiss";

interface Props {
  readonly verb: PlainVerb;
  readonly run: RunDetail;
  readonly close: () => void;
  readonly changed: () => void;
}

const WORDS: Readonly<
  Record<PlainVerb, { title: string; button: string; happens: string; done: string }>
> = {
  cancel: {
    title: "Cancel this run?",
    button: "Cancel the run",
    happens:
      "It ends as canceled, and with it the subflow that it waits for. A step that is under way may have acted already. What was done is not undone.",
    done: "The run is canceled",
  },
  resume: {
    title: "Resume this run?",
    button: "Resume",
    happens:
      "It waits for a time that is still to come. Instead it goes on at once, with its next step.",
    done: "The run goes on",
  },
  dismiss: {
    title: "Dismiss this run?",
    button: "Dismiss",
    happens:
      "It is set aside, since you know that its action did not happen or that nothing is left to do. Its steps are not run, neither now nor later. It stays in the history as dismissed.",
    done: "The run is dismissed",
  },
};

/** Cancels, resumes or dismisses a run. */
export function PlainDialog({ verb, run, close, changed }: Props) {
  const { title, button, happens, done } = WORDS[verb];
  const tell = useContext(Tell);
  const act = async () => {
    await send(`runs/${run.id}/${verb}`);
    close();
    changed();
    tell(done);
  };
  return (
    <Dialog title={title} verb={button} act={act} close={close}>
      <p>{happens}</p>
    </Dialog>
  );
}
