import { Code } from "../parts/code.tsx";
import type { Json } from "../../src/model/json.ts";
import { placeOf } from "../graph/tree.ts";
import { yamlLines } from "../text/yaml-lines.ts";

/** The lines that are shown of a step. */
const SHOWN = 30;

/** A step as it stands in the workflow, with the numbers of its lines. */
export function PlaceInYaml({ source, path }: { readonly source: Json; readonly path: string }) {
  const place = placeOf(source, path);
  if (place === null) return null;
  const all = yamlLines(source);
  const isOfStep = (of: string) => of === place || of.startsWith(`${place}/`);
  const first = all.findIndex((line) => isOfStep(line.path));
  if (first < 0) return null;
  const lines = all.slice(first).filter((line) => isOfStep(line.path));
  return (
    <>
      <h4>In the workflow, line {first + 1}</h4>
      <Code label="The step in the workflow">
        {lines
          .slice(0, SHOWN)
          .map(({ text }) => text)
          .join("\n")}
        {lines.length > SHOWN && "\n…"}
      </Code>
    </>
  );
}
