import { runsHref } from "../routes.ts";

/** Stands where there are no runs, and says how to get some. */
export function NoRuns({ narrowed }: { readonly narrowed: boolean }) {
  return narrowed ? (
    <div class="notice-page">
      <h2>No run fits these filters</h2>
      <p>
        <a href={runsHref()}>Show all runs</a>
      </p>
    </div>
  ) : (
    <div class="notice-page">
      <h2>No run yet</h2>
      <p>
        A run appears here as soon as a request reaches a workflow. What the workflows react to
        stands under <a href="#/workflows">Workflows</a>.
      </p>
    </div>
  );
}
