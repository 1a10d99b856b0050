import type { RunDetail } from "../api/answers.ts";
import { JsonView } from "../parts/json-view.tsx";

/** What the run gave: its messages and its output. Nothing where there is neither. */
export function OutcomeSection({ run: { messages, output } }: { readonly run: RunDetail }) {
  if (messages.length === 0 && output === null) return null;
  return (
    <section aria-labelledby="outcome">
      <h2 id="outcome">Outcome</h2>
      {messages.length > 0 && (
        <ul class="messages" aria-label="Messages">
          {messages.map((message, index) => (
            <li key={index}>{message}</li>
          ))}
        </ul>
      )}
      {output !== null && (
        <>
          <h3>Output</h3>
          <JsonView value={output} label="The output" />
        </>
      )}
    </section>
  );
}
