import type { ManyVerb } from "../actions/many-dialog.tsx";

interface Props {
  /** How many unconfirmed runs are selected. */
  readonly chosen: number;
  /** How many could be. */
  readonly all: number;
  readonly selectAll: () => void;
  readonly clear: () => void;
  readonly ask: (verb: ManyVerb) => void;
}

/** What can be done with several unconfirmed runs at once. */
export function Selection({ chosen, all, selectAll, clear, ask }: Props) {
  return (
    <section class="selection" aria-label="Unconfirmed runs">
      <span role="status">
        {chosen === 0
          ? `${all} unconfirmed ${all === 1 ? "run needs" : "runs need"} a decision`
          : `${chosen} of ${all} unconfirmed ${all === 1 ? "run" : "runs"} selected`}
      </span>
      {chosen < all && (
        <button type="button" onClick={selectAll}>
          Select {all === 1 ? "it" : `all ${all}`}
        </button>
      )}
      {chosen > 0 && (
        <>
          <button type="button" onClick={clear}>
            Clear
          </button>
          <button type="button" class="primary" onClick={() => ask("replay")}>
            Replay…
          </button>
          <button type="button" onClick={() => ask("dismiss")}>
            Dismiss…
          </button>
        </>
      )}
    </section>
  );
}
