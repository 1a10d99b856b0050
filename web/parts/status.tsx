import type { RunStatus, StepStatus } from "../api/answers.ts";
import { Icon, type IconName } from "./icon.tsx";

/** A status as an operator reads it. */
interface Shown {
  readonly icon: IconName;
  readonly means: string;
}

/** What each status of a run means. */
const RUN: Readonly<Record<RunStatus, Shown>> = {
  queued: { icon: "dots", means: "It is accepted and will be done." },
  running: { icon: "play", means: "It is under way." },
  waiting: { icon: "pause", means: "It waits for a time or for another run." },
  succeeded: { icon: "check", means: "It came to its end." },
  failed: { icon: "hand", means: "It refused, as its workflow says." },
  errored: { icon: "cross", means: "A step erred." },
  "timed-out": { icon: "clock", means: "It took longer than its timeout." },
  canceled: { icon: "bar", means: "An operator canceled it, or its client went away." },
  interrupted: { icon: "bolt", means: "The process died while a client waited for it." },
  unconfirmed: {
    icon: "question",
    means: "It is unknown whether its action happened. Look, then replay or dismiss it.",
  },
  dismissed: { icon: "archive", means: "It was unconfirmed, and an operator dealt with it." },
};

const STEP: Readonly<Record<StepStatus, Shown>> = {
  succeeded: { icon: "check", means: "It was done." },
  failed: { icon: "hand", means: "It refused the request." },
  errored: { icon: "cross", means: "It erred." },
  "timed-out": { icon: "clock", means: "It took longer than its timeout." },
  canceled: { icon: "bar", means: "It was stopped while it was under way." },
  skipped: { icon: "skip", means: "Its `if` was false." },
};

/** All statuses of runs, in the order in which lists show them. */
export const RUN_STATUSES = Object.keys(RUN) as readonly RunStatus[];

/** The status of a run: a form, a colour and a word. */
export function Status({ of }: { readonly of: RunStatus }) {
  const { icon, means } = RUN[of] ?? { icon: "question", means: "" };
  return <Badge status={of} icon={icon} means={means} />;
}

/** The status of a step. */
export function StepState({ of }: { readonly of: StepStatus }) {
  const { icon, means } = STEP[of] ?? { icon: "question", means: "" };
  return <Badge status={of} icon={icon} means={means} />;
}

function Badge({ status, icon, means }: Shown & { readonly status: string }) {
  return (
    <span class="status" data-status={status} title={means}>
      <Icon name={icon} />
      {status}
    </span>
  );
}
