import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";

/** The rows of a long list that are near the screen: from `first` up to, not including, `last`. */
export interface Window {
  readonly ref: RefObject<HTMLElement | null>;
  readonly first: number;
  readonly last: number;
  /** The height of a row, in pixels. */
  readonly row: number;
}

/** Rows that are kept above and below the screen. */
const MARGIN = 12;

/** Rows are two lines high on a narrow screen. `runs.css` has the same numbers. */
const NARROW = matchMedia("(max-width: 44rem)");
const rowHeight = () => (NARROW.matches ? 72 : 44);

/** Follows the scrolling of the page, so that only the rows near the screen stand in the document. */
export function useWindow(count: number): Window {
  const ref = useRef<HTMLElement>(null);
  const [row, setRow] = useState(rowHeight);
  const [range, setRange] = useState({ first: 0, last: 60 });
  useLayoutEffect(() => {
    const look = () => {
      const top = -(ref.current?.getBoundingClientRect().top ?? 0);
      const first = Math.max(0, Math.floor(top / row) - MARGIN);
      const last = Math.ceil((top + innerHeight) / row) + MARGIN;
      setRange((old) => (old.first === first && old.last === last ? old : { first, last }));
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, [row, count]);
  useEffect(() => {
    const changed = () => setRow(rowHeight());
    NARROW.addEventListener("change", changed);
    return () => NARROW.removeEventListener("change", changed);
  }, []);
  return { ref, first: Math.min(range.first, count), last: Math.min(range.last, count), row };
}
