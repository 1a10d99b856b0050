import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { type Counts, countsText } from "./records.ts";

interface Props<T> {
  readonly items: readonly T[];
  /** How many stand in one fold. */
  readonly size: number;
  /** What they are: `Steps`. */
  readonly word: string;
  readonly countsOf: (items: readonly T[]) => Counts;
  /** Whether a fold that holds it is open from the beginning. */
  readonly isTroubled: (item: T) => boolean;
  readonly render: (item: T, index: number) => ComponentChild;
}

/** Folds with trouble that are open from the beginning: more would be as long as no folds at all. */
const OPEN = 3;

/** A list of which only a part stands in the document: the first fold, and the first ones with trouble. */
export function Fold<T>({ items, size, word, countsOf, isTroubled, render }: Props<T>) {
  const starts = Array.from(
    { length: Math.ceil(items.length / size) },
    (_one, index) => index * size,
  );
  if (starts.length < 2) return <ol class="steps">{items.map(render)}</ol>;
  const troubled = starts.filter((start) => items.slice(start, start + size).some(isTroubled));
  const open = new Set([0, ...troubled.slice(0, OPEN)]);
  return (
    <ol class="steps">
      {starts.map((start) => {
        const part = items.slice(start, start + size);
        const counts = countsText(countsOf(part));
        return (
          <OneFold
            key={start}
            title={`${word} ${start + 1} to ${start + part.length}`}
            counts={counts}
            isOpen={open.has(start)}
            content={() => part.map((item, index) => render(item, start + index))}
          />
        );
      })}
    </ol>
  );
}

interface OneProps {
  readonly title: string;
  readonly counts: string;
  readonly isOpen: boolean;
  /** Called only when it is open. */
  readonly content: () => ComponentChild;
}

function OneFold({ title, counts, isOpen, content }: OneProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? isOpen;
  return (
    <li class="fold">
      <button type="button" aria-expanded={open} onClick={() => setChosen(!open)}>
        {title}
        {counts !== "" && <span class="quiet"> · {counts}</span>}
      </button>
      {open && <ol class="steps">{content()}</ol>}
    </li>
  );
}
