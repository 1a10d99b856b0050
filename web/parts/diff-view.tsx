import { Code } from "./code.tsx";
import { useMemo } from "preact/hooks";
import { diffLines } from "../text/diff-lines.ts";

interface Props {
  readonly before: string;
  readonly after: string;
  readonly label: string;
}

const WORDS = { "+": "added: ", "-": "removed: ", " ": "" } as const;

/** Two texts as one, with what went and what came. Marks and hidden words say it beside the colours. */
export function DiffView({ before, after, label }: Props) {
  const lines = useMemo(() => diffLines(before, after), [before, after]);
  return (
    <Code label={label} kind="diff">
      {lines.map(({ mark, text }, index) => (
        <span key={index} data-mark={mark}>
          <span aria-hidden="true">{mark === "-" ? "−" : mark} </span>
          <span class="hidden">{WORDS[mark]}</span>
          {text}
          {"\n"}
        </span>
      ))}
    </Code>
  );
}
