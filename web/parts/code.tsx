import type { ComponentChildren } from "preact";
import { Copy } from "./copy.tsx";

interface Props {
  /** What it is: it is read out, and it names what is copied. */
  readonly label: string;
  /** `diff` or `yaml`. */
  readonly kind?: string;
  /** What is copied; nothing where it is left out. */
  readonly text?: string;
  readonly children: ComponentChildren;
}

/** A text of a machine, as it is. Those who use no pointer can scroll it. */
export function Code({ label, kind, text, children }: Props) {
  return (
    <div class="code">
      <pre class={kind} tabIndex={0} role="group" aria-label={label}>
        {children}
      </pre>
      {text !== undefined && <Copy text={text} what={label} />}
    </div>
  );
}
