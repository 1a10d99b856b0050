import type { Statistics } from "../api/answers.ts";
import { useAnswer } from "../api/use-answer.ts";
import { useReloadOnNews } from "../api/use-reload.ts";
import { StatusBar } from "../parts/status-bar.tsx";
import { runsHref } from "../routes.ts";

/** Milliseconds between two looks at the numbers, however many runs come. */
const PAUSE = 3_000;

/** How many runs of each status began in the last hour. */
export function LastHour() {
  const { answer, reload } = useAnswer<Statistics>("statistics?last=1h");
  useReloadOnNews(reload, PAUSE);
  if (answer === null) return null;
  const sum = Object.values(answer.runs).reduce((total, count) => total + count, 0);
  return (
    <section class="last-hour" aria-label="Runs of the last hour">
      <p>
        <b>{sum.toLocaleString()}</b> {sum === 1 ? "run" : "runs"} in the last hour
        {!answer.complete && " at least"}
      </p>
      {sum > 0 && (
        <StatusBar
          label="Runs of the last hour by status"
          counts={answer.runs}
          href={(status) => runsHref({ status, last: "1h" })}
        />
      )}
    </section>
  );
}
