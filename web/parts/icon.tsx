/** Drawings on a grid of 16, by name. Each status has a form of its own, so that no one needs to tell colours apart. */
const PATHS = {
  check: "M3 8.5l3.2 3.2L13 4.8",
  cross: "M4 4l8 8M12 4l-8 8",
  bar: "M3.5 8h9",
  hand: "M8 3v6M8 12v.5",
  clock: "M8 4v4l2.5 2.5M8 1.8a6.2 6.2 0 1 0 0 12.4 6.2 6.2 0 0 0 0-12.4",
  dots: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  play: "M5.5 3.5l6.5 4.5-6.5 4.5z",
  pause: "M5.5 4v8M10.5 4v8",
  bolt: "M9 2L4 9h4l-1 5 5-7H8z",
  question: "M5.8 6a2.3 2.3 0 1 1 3.3 2.1c-.8.4-1.1.8-1.1 1.6M8 12.3v.2",
  skip: "M3.5 4.5L7 8l-3.5 3.5M8.5 4.5L12 8l-3.5 3.5",
  archive: "M2.5 4h11v2.5h-11zM3.5 6.5v6h9v-6M6.5 9h3",
  again: "M13 5.5A5.5 5.5 0 1 0 13.5 8M13.5 2.5v3.2h-3.2",
  close: "M4 4l8 8M12 4l-8 8",
  copy: "M6 6h7v7H6zM10 6V3H3v7h3",
  up: "M8 13V3.5M4 7l4-4 4 4",
} as const;

/** A drawing beside a word. It says nothing by itself. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The name of a drawing. */
export type IconName = keyof typeof PATHS;
