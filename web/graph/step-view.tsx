import { useContext } from "preact/hooks";
import { StepState } from "../parts/status.tsx";
import { duration } from "../text/times.ts";
import { BranchView } from "./branch-view.tsx";
import { gistOf } from "./gist.ts";
import { Graph } from "./graph-context.ts";
import { type Node, insideOf } from "./tree.ts";
import { Turns } from "./turns.tsx";

/** A step as it went, and below it what it holds. */
export function StepView({ node }: { readonly node: Node }) {
  const { records } = useContext(Graph);
  const { ways, sideBySide, turns, body } = insideOf(node, records);
  return (
    <li class="step" data-status={node.attempts.at(-1)?.status ?? "none"}>
      <StepCard node={node} />
      {ways.length > 0 && (
        <div class="ways">
          {ways.map((way) => (
            <BranchView key={way.prefix} branch={way} isChoice />
          ))}
        </div>
      )}
      {sideBySide.length > 0 && (
        <div
          class="side-by-side"
          tabIndex={0}
          role="group"
          aria-label={`${node.name}: at the same time`}
        >
          {sideBySide.map((way) => (
            <BranchView key={way.prefix} branch={way} isChoice={false} />
          ))}
        </div>
      )}
      {turns !== null && body !== null && <Turns turns={turns} body={body} />}
    </li>
  );
}

function StepCard({ node }: { readonly node: Node }) {
  const { selected, select, span } = useContext(Graph);
  const { path, name, type, title, raw, attempts } = node;
  const last = attempts.at(-1);
  const content = (
    <>
      <span class="line">
        {last && <StepState of={last.status} />}
        {!last && span !== null && <NotReached />}
        <b>{title ?? name}</b>
        {!name.startsWith(`${type}#`) && <code>{type}</code>}
        {attempts.length > 1 && <small class="attempts">{attempts.length} attempts</small>}
        {last && <span class="took">{duration(last.durationMs)}</span>}
      </span>
      <span class="gist">{gistOf(type, raw)}</span>
      {last?.error && <span class="gist problem">{last.error.message}</span>}
      {last && <Timing node={node} />}
    </>
  );
  if (select === null) return <div class="card">{content}</div>;
  return (
    <button
      type="button"
      class="card"
      data-path={path}
      aria-pressed={selected === path}
      onClick={() => select(path)}
    >
      {content}
    </button>
  );
}

function NotReached() {
  const { goesOn } = useContext(Graph);
  return <span class="quiet">{goesOn ? "not yet" : "not reached"}</span>;
}

/** When the step was done, within the time of the whole run. */
function Timing({ node: { attempts } }: { readonly node: Node }) {
  const { span } = useContext(Graph);
  if (span === null || span.ms <= 0) return null;
  const percent = (ms: number) => `${Math.min(100, Math.max(0, (ms / span.ms) * 100))}%`;
  return (
    <span class="timing" aria-hidden="true">
      {attempts.map(({ attempt, startedAt, durationMs }) => (
        <i
          key={attempt}
          style={{ left: percent(Date.parse(startedAt) - span.from), width: percent(durationMs) }}
        />
      ))}
    </span>
  );
}
