import type { RunDetail } from "../api/answers.ts";
import { Status } from "../parts/status.tsx";
import { Time } from "../parts/time.tsx";
import { runHref, runsHref } from "../routes.ts";

/** The most children that a run tells of. */
const CHILDREN = 100;

/** The runs that it came from and that came from it. Nothing where there are none. */
export function RelatedSection({ run }: { readonly run: RunDetail }) {
  const { id, parent, replayOf, replayedAs, children = [] } = run;
  const lines = [
    { text: "It was started by a step of", run: parent },
    { text: "It is a replay of", run: replayOf },
    { text: "It was replayed as", run: replayedAs },
  ].filter((line) => line.run !== null);
  if (lines.length === 0 && children.length === 0) return null;
  return (
    <section aria-labelledby="related">
      <h2 id="related">Related runs</h2>
      <ul class="related">
        {lines.map(({ text, run: other }) => (
          <li key={text}>
            {text} <a href={runHref(other ?? "")}>{other}</a>
          </li>
        ))}
      </ul>
      {children.length > 0 && (
        <>
          <h3>Its subflows</h3>
          <ul class="related">
            {children.map((child) => (
              <li key={child.id}>
                <Status of={child.status} /> <a href={runHref(child.id)}>{child.workflow}</a>{" "}
                <Time iso={child.startedAt} />
              </li>
            ))}
          </ul>
          {children.length >= CHILDREN && <a href={runsHref({ parent: id })}>All of them</a>}
        </>
      )}
    </section>
  );
}
