import { useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

/** Copies a text. Browsers let a page do so only over HTTPS and on this machine; elsewhere there is no button. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  const [done, setDone] = useState(false);
  if (!isSecureContext) return null;
  const copy = () => void navigator.clipboard.writeText(text).then(() => setDone(true));
  return (
    <button type="button" class="copy" onClick={copy} onBlur={() => setDone(false)}>
      <Icon name={done ? "check" : "copy"} />
      <span class="hidden">Copy {what}</span>
      <span class="hidden" role="status">
        {done ? "Copied" : ""}
      </span>
    </button>
  );
}
