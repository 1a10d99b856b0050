import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

interface Props {
  /** What is asked: `Replay this run?` */
  readonly title: string;
  /** The word on the button that does it. */
  readonly verb: string;
  /** Does it. What it rejects with is told in the dialog. */
  readonly act: () => Promise<void>;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

/** Says what will happen, and does it only when that is confirmed. The browser keeps the focus inside, and Escape closes. */
export function Dialog({ title, verb, act, close, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const id = useId();
  useEffect(() => {
    ref.current?.showModal();
    return () => {
      // What was pressed may be gone with what it did.
      setTimeout(() => {
        if (document.activeElement === document.body) {
          document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
        }
      });
    };
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    act().catch((thrown: unknown) => {
      setBusy(false);
      setError(thrown instanceof Error ? thrown.message : String(thrown));
    });
  };
  return (
    <dialog ref={ref} aria-labelledby={id} onClose={close}>
      <form onSubmit={submit}>
        <h2 id={id}>{title}</h2>
        {children}
        {error !== null && (
          <p role="alert" class="problem">
            {error}
          </p>
        )}
        <div class="buttons">
          <button type="button" onClick={() => ref.current?.close()}>
            Leave it
          </button>
          <button type="submit" class="primary" disabled={busy}>
            {busy ? "Working…" : verb}
          </button>
        </div>
      </form>
    </dialog>
  );
}
