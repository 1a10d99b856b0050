import { createContext } from "preact";

/** Tells the reader something that has happened: shown for a while, and read out. */
export const Tell = createContext<(text: string) => void>(() => undefined);

/** What was told last. */
export function Toasts({
  texts,
  close,
}: {
  readonly texts: readonly string[];
  readonly close: () => void;
}) {
  return (
    <div class="toasts" role="status">
      {texts.map((text, index) => (
        <p key={index}>
          {text}
          <button type="button" onClick={close}>
            Close
          </button>
        </p>
      ))}
    </div>
  );
}
