import type { Log } from "./log.ts";
import type { RunEnd } from "./run.ts";

/** Which run it is. */
interface Named {
  readonly id: string;
  readonly workflow: string;
  readonly parent: string | null;
  readonly requestId: string | null;
}

/**
 * Tells the log of a run that erred or took too long: once, also where others erred because of it. Where it acted through
 * the upstream or a service, that one's answer is told.
 */
export function logErred(log: Pick<Log, "error">, run: Named, { status, error }: RunEnd): void {
  if (status !== "errored" && status !== "timed-out") return;
  if (error?.child !== undefined) return;
  const { id, workflow, parent, requestId } = run;
  const { message, ...failure } = error ?? { message: "The reason is not known" };
  const of = { run: id, workflow, ...(parent !== null && { parent }), requestId };
  log.error(
    { ...of, status, ...failure, message },
    `a run ${status === "errored" ? "erred" : "took too long"}`,
  );
}
