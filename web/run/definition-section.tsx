import type { RunDetail } from "../api/answers.ts";
import { placeOf } from "../graph/tree.ts";
import { DiffView } from "../parts/diff-view.tsx";
import { YamlView } from "../parts/yaml-view.tsx";
import { yamlLines } from "../text/yaml-lines.ts";
import type { Json } from "../../src/model/json.ts";

interface Props {
  readonly run: RunDetail;
  readonly selected: string | null;
}

/** The workflow that the run went by, and how today's differs from it. */
export function DefinitionSection({ run, selected }: Props) {
  const { definition, currentDefinition } = run;
  const differs = definition.current === false && currentDefinition !== undefined;
  return (
    <section aria-labelledby="definition">
      <h2 id="definition">Workflow</h2>
      {definition.current === true && <p class="quiet">It is the same today.</p>}
      {definition.current === null && <p class="quiet">There is no such workflow today.</p>}
      {differs && (
        <>
          <p>The workflow has changed since: from what ran (−) to today's (+).</p>
          <DiffView
            before={textOf(definition.source)}
            after={textOf(currentDefinition)}
            label="The workflow that ran, and today's"
          />
        </>
      )}
      <details open={!differs}>
        <summary>As it ran</summary>
        <YamlView
          source={definition.source}
          marked={selected === null ? null : placeOf(definition.source, selected)}
        />
      </details>
    </section>
  );
}

const textOf = (source: Json) =>
  yamlLines(source)
    .map(({ text }) => text)
    .join("\n");
