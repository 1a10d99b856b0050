import type { RunStatus } from "../api/answers.ts";
import { RUN_STATUSES, Status } from "./status.tsx";

interface Props {
  /** What is counted: `Runs of the last hour`. */
  readonly label: string;
  readonly counts: Readonly<Partial<Record<RunStatus, number>>>;
  /** Where the runs of a status are listed. */
  readonly href: (status: RunStatus) => string;
}

/** How many runs there are of each status: a bar, and below it the numbers, which lead to the runs. */
export function StatusBar({ label, counts, href }: Props) {
  const present = RUN_STATUSES.filter((status) => (counts[status] ?? 0) > 0);
  return (
    <div class="status-bar">
      <div class="segments" aria-hidden="true">
        {present.map((status) => (
          <span
            key={status}
            data-status={status}
            style={{ flexGrow: String(counts[status] ?? 0) }}
          />
        ))}
      </div>
      <ul aria-label={label}>
        {present.map((status) => (
          <li key={status}>
            <a href={href(status)}>
              <Status of={status} /> <b>{(counts[status] ?? 0).toLocaleString()}</b>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
