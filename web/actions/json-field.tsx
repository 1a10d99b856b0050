import { useId } from "preact/hooks";
import { parseJson } from "../../src/model/json.ts";

interface Props {
  readonly label: string;
  readonly text: string;
  readonly set: (text: string) => void;
}

/** A field for JSON, which says at once when it is none. */
export function JsonField({ label, text, set }: Props) {
  const id = useId();
  const problem = problemOf(text);
  return (
    <label class="field">
      <span>{label}, as JSON</span>
      <textarea
        rows={8}
        spellcheck={false}
        value={text}
        aria-invalid={problem !== null}
        aria-describedby={id}
        onInput={({ currentTarget }) => {
          currentTarget.setCustomValidity(problemOf(currentTarget.value) ?? "");
          set(currentTarget.value);
        }}
      />
      <span id={id} class="problem" aria-live="polite">
        {problem ?? ""}
      </span>
    </label>
  );
}

function problemOf(text: string): string | null {
  try {
    parseJson(text);
    return null;
  } catch (error) {
    return `This is not JSON: ${(error as Error).message}`;
  }
}
