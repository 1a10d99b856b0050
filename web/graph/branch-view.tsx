import { useContext, useState } from "preact/hooks";
import { Graph } from "./graph-context.ts";
import { StepList } from "./step-list.tsx";
import { type Branch, countSteps } from "./tree.ts";

interface Props {
  readonly branch: Branch;
  /** Whether one of several is taken; else all are. */
  readonly isChoice: boolean;
}

/** One way through a step. Where the run went another way, it is folded. */
export function BranchView({ branch, isChoice }: Props) {
  const { span } = useContext(Graph);
  const [chosen, setChosen] = useState<boolean | null>(null);
  const { label, test, taken, steps } = branch;
  const open = chosen ?? (taken || span === null);
  const count = countSteps(steps);
  return (
    <section class="branch" data-taken={span === null ? "open" : taken} aria-label={label}>
      <button type="button" class="way" aria-expanded={open} onClick={() => setChosen(!open)}>
        <b>{label}</b>
        {test !== null && <code>{test}</code>}
        {isChoice && span !== null && <span class="quiet">{taken ? "taken" : "not taken"}</span>}
        {!open && (
          <span class="quiet">
            {count} {count === 1 ? "step" : "steps"}
          </span>
        )}
      </button>
      {open && <StepList branch={branch} />}
    </section>
  );
}
