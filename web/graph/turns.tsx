import { useContext, useState } from "preact/hooks";
import { Fold } from "./fold.tsx";
import { Graph } from "./graph-context.ts";
import { type Counts, countsText, hasTrouble } from "./records.ts";
import { StepList } from "./step-list.tsx";
import type { Branch } from "./tree.ts";

interface Props {
  readonly turns: readonly Branch[];
  /** The steps as they are written. */
  readonly body: Branch;
}

/** The turns of a loop, folded: each tells how its steps ended. */
export function Turns({ turns, body }: Props) {
  const { records, span } = useContext(Graph);
  if (span === null) {
    return (
      <section class="branch" data-taken="open" aria-label={body.label}>
        <p class="way">
          <b>{body.label}</b>
        </p>
        <StepList branch={body} />
      </section>
    );
  }
  if (turns.length === 0) return <p class="quiet turns-none">No turn was begun</p>;
  const countsIn = ({ prefix }: Branch) => records.counts(prefix.slice(0, -1));
  return (
    <div class="turns">
      <Fold
        items={turns}
        size={20}
        word="Turns"
        countsOf={(some) => sumOf(some.map(countsIn))}
        isTroubled={(turn) => hasTrouble(countsIn(turn))}
        render={(turn) => (
          <Turn
            key={turn.prefix}
            turn={turn}
            counts={countsIn(turn) ?? {}}
            alone={turns.length === 1}
          />
        )}
      />
    </div>
  );
}

interface TurnProps {
  readonly turn: Branch;
  readonly counts: Counts;
  readonly alone: boolean;
}

function Turn({ turn, counts, alone }: TurnProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? (alone || hasTrouble(counts));
  return (
    <li class="fold">
      <button type="button" aria-expanded={open} onClick={() => setChosen(!open)}>
        {turn.label}
        <span class="quiet"> · {countsText(counts)}</span>
      </button>
      {open && <StepList branch={turn} />}
    </li>
  );
}

function sumOf(all: readonly (Counts | null)[]): Counts {
  const sum: Partial<Record<string, number>> = {};
  for (const [status, count] of all.flatMap((counts) => Object.entries(counts ?? {}))) {
    sum[status] = (sum[status] ?? 0) + count;
  }
  return sum;
}
