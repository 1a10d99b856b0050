import { useContext, useState } from "preact/hooks";
import { jsonText, parseJson } from "../../src/model/json.ts";
import type { RunDetail } from "../api/answers.ts";
import { send } from "../api/ask.ts";
import { Tell } from "../parts/toasts.tsx";
import { go, runHref } from "../routes.ts";
import { Dialog } from "./dialog.tsx";
import { JsonField } from "./json-field.tsx";

interface Props {
  /** The workflow's key. */
  readonly of: string;
  readonly close: () => void;
}

/** Runs a workflow by hand, on a context that the operator writes. */
export function HandDialog({ of, close }: Props) {
  const [context, setContext] = useState('{\n  "data": {}\n}');
  const tell = useContext(Tell);
  const act = async () => {
    const path = `workflows/${encodeURIComponent(of)}/run`;
    const { id } = await send<RunDetail>(path, `{"context":${jsonText(parseJson(context))}}`);
    close();
    tell("A new run is queued");
    go(runHref(id));
  };
  return (
    <Dialog title={`Run ${of} by hand?`} verb="Run" act={act} close={close}>
      <p>
        A run is queued, whatever its trigger waits for. It answers no client and changes no
        request. Its steps act for real, and see what you write here as <code>trigger</code>.
      </p>
      <JsonField label="trigger" text={context} set={setContext} />
    </Dialog>
  );
}
