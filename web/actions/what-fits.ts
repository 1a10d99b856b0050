import type { RunDetail } from "../api/answers.ts";

/** Whether a run has come to an end by itself or by an operator. */
const hasEnded = ({ status }: RunDetail) =>
  !["queued", "running", "waiting", "unconfirmed"].includes(status);

/** Whether a run can be repeated: it has ended or is unconfirmed, and was not replayed in place of itself already. */
export const canReplay = (run: RunDetail) =>
  run.replayedAs === null && (hasEnded(run) || run.status === "unconfirmed");

/** Whether a run can be ended. The gateway refuses where a client waits for it. */
export const canCancel = ({ status }: RunDetail) =>
  status === "queued" || status === "running" || status === "waiting";

/** Whether a run waits, so that it can go on at once. */
export const canResume = ({ status }: RunDetail) => status === "waiting";

/** Whether a run waits for a decision. */
export const canDismiss = ({ status }: RunDetail) => status === "unconfirmed";
