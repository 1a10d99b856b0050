import { Code } from "../parts/code.tsx";
import type { Failure, RunDetail } from "../api/answers.ts";
import { runHref } from "../routes.ts";

interface Props {
  readonly run: RunDetail;
  readonly error: Failure;
  readonly select: (path: string) => void;
}

/** Why the run did not succeed, and where. */
export function ErrorSection({ run, error, select }: Props) {
  const { message, code, step, answered, child } = error;
  return (
    <section class="why-box" data-status={run.status} aria-labelledby="why">
      <h2 id="why">What went wrong</h2>
      <p class="message">{message}</p>
      <p class="quiet">
        {code !== undefined && <code>{code}</code>}
        {step !== undefined && step !== "" && (
          <>
            {" in the step "}
            <button type="button" class="link" onClick={() => select(step)}>
              {step}
            </button>
          </>
        )}
        {child !== undefined && (
          <>
            {" because of "}
            <a href={runHref(child)}>this subflow</a>
          </>
        )}
      </p>
      {answered !== undefined && (
        <>
          <p class="quiet">It was answered {answered.status}:</p>
          <Code label="What was answered">{answered.body}</Code>
        </>
      )}
    </section>
  );
}
