import { Code } from "./code.tsx";
import { useMemo } from "preact/hooks";
import type { Json } from "../../src/model/json.ts";
import { yamlLines } from "../text/yaml-lines.ts";

interface Props {
  readonly source: Json;
  /** The place whose lines are marked: `steps/0`. */
  readonly marked: string | null;
}

/** A definition as YAML, with numbered lines. */
export function YamlView({ source, marked }: Props) {
  const lines = useMemo(() => yamlLines(source), [source]);
  const isMarked = (path: string) =>
    marked !== null && (path === marked || path.startsWith(`${marked}/`));
  return (
    <Code label="The workflow as YAML" kind="yaml">
      {lines.map(({ text, path }, index) => (
        <span key={index} data-marked={isMarked(path)}>
          {text}
          {"\n"}
        </span>
      ))}
    </Code>
  );
}
