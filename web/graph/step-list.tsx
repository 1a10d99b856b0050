import { useContext } from "preact/hooks";
import { Fold } from "./fold.tsx";
import { Graph } from "./graph-context.ts";
import { hasTrouble, type Counts } from "./records.ts";
import { StepView } from "./step-view.tsx";
import { type Branch, type Node, nodesOf } from "./tree.ts";

/** Steps, one after another. Many are folded, except for those that did not go well. */
export function StepList({
  branch,
}: {
  readonly branch: Pick<Branch, "steps" | "prefix" | "place">;
}) {
  const { records } = useContext(Graph);
  const nodes = nodesOf(branch, records);
  if (nodes.length === 0) return <p class="quiet">No steps</p>;
  return (
    <Fold
      items={nodes}
      size={50}
      word="Steps"
      countsOf={countsOf}
      isTroubled={({ path }) => hasTrouble(records.counts(path))}
      render={(node) => <StepView key={node.path} node={node} />}
    />
  );
}

/** How the last attempts of some steps ended. */
function countsOf(nodes: readonly Node[]): Counts {
  const counts: Partial<Record<string, number>> = {};
  for (const { attempts } of nodes) {
    const status = attempts.at(-1)?.status;
    if (status !== undefined) counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
