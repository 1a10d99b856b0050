import { useContext, useState } from "preact/hooks";
import { isJsonObject, jsonText, parseJson } from "../../src/model/json.ts";
import type { RunDetail } from "../api/answers.ts";
import { send } from "../api/ask.ts";
import { acts } from "../graph/gist.ts";
import { Tell } from "../parts/toasts.tsx";
import { go, runHref } from "../routes.ts";
import { prettyJson } from "../text/pretty-json.ts";
import { Dialog } from "./dialog.tsx";
import { JsonField } from "./json-field.tsx";

interface Props {
  readonly run: RunDetail;
  /** The path of the step to begin with; empty: the first. */
  readonly from: string;
  readonly close: () => void;
  readonly changed: () => void;
}

/** Repeats a run: from the beginning or from a step, with the recorded data or with other, by today's workflow or the old one. */
export function ReplayDialog({ run, from: first, close, changed }: Props) {
  const recorded = isJsonObject(run.trigger) ? (run.trigger["data"] ?? null) : null;
  const [from, setFrom] = useState(first);
  const [own, setOwn] = useState(false);
  const [data, setData] = useState(() => prettyJson(recorded));
  const [old, setOld] = useState(false);
  const tell = useContext(Tell);
  const paths = [
    ...new Set([...run.steps.map(({ path }) => path), ...(first === "" ? [] : [first])]),
  ];
  const act = async () => {
    const wishes = [
      ...(from === "" ? [] : [`"from":${jsonText(from)}`]),
      ...(own ? [`"data":${jsonText(parseJson(data))}`] : []),
      ...(old ? [`"definition":"old"`] : []),
    ];
    const { id } = await send<RunDetail>(`runs/${run.id}/replay`, `{${wishes.join(",")}}`);
    close();
    changed();
    tell("A new run is queued");
    go(runHref(id));
  };
  return (
    <Dialog title="Replay this run?" verb="Replay" act={act} close={close}>
      <Happens run={run} from={from} own={own} old={old} />
      {paths.length > 0 && run.status !== "unconfirmed" && (
        <label class="field">
          <span>Begin with</span>
          <select value={from} onChange={({ currentTarget }) => setFrom(currentTarget.value)}>
            <option value="">the first step</option>
            {paths.map((path) => (
              <option key={path} value={path}>
                {path}
              </option>
            ))}
          </select>
        </label>
      )}
      {run.definition.current === false && (
        <label class="check">
          <input
            type="checkbox"
            checked={old}
            onChange={({ currentTarget }) => setOld(currentTarget.checked)}
          />
          By the workflow as it was then
        </label>
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={own}
          onChange={({ currentTarget }) => setOwn(currentTarget.checked)}
        />
        With other data
      </label>
      {own && <JsonField label="trigger.data" text={data} set={setData} />}
    </Dialog>
  );
}

interface HappensProps {
  readonly run: RunDetail;
  readonly from: string;
  readonly own: boolean;
  readonly old: boolean;
}

/** What will happen, in words. */
function Happens({ run, from, own, old }: HappensProps) {
  const unconfirmed = run.status === "unconfirmed";
  const acting = [...new Set(run.steps.filter(({ type }) => acts(type)).map(({ type }) => type))];
  const record = own
    ? "the data below"
    : unconfirmed
      ? "the record as the upstream has it now"
      : "the data that was recorded";
  return (
    <div class="happens">
      <p>
        A new run of <b>{run.workflow}</b> is queued, by{" "}
        {old ? "the workflow as it was then" : "today's workflow"}, with {record}. It answers no
        client and changes no request.
      </p>
      {from !== "" && (
        <p>
          The results of the steps before <b>{from}</b> are taken over; they are not done again.
        </p>
      )}
      {unconfirmed && <p>This run is then dismissed, and names its replay.</p>}
      {acting.length > 0 && (
        <p>Its steps act for real: this run had steps of the type {acting.join(", ")}.</p>
      )}
    </div>
  );
}
