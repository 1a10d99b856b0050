import { GatewayError } from "../model/errors.ts";
import type { History } from "../model/history.ts";
import type { Log } from "../model/log.ts";
import type { Keeps } from "./keep.ts";
import { endRow, runRow, stepRow } from "./rows.ts";
import type { Writer } from "./writer.ts";

/** The writing half of a history. */
export interface RunWriter extends Pick<History, "begin" | "finish"> {
  /** How many runs could not be recorded. */
  failures(): number;
}

/** Turns runs that a client waits for into jobs of the writer. */
export function runWriter(writer: Writer, { keep, keepWhole }: Keeps, log: Log): RunWriter {
  /** Ids of runs that were recorded when they began. */
  const begun = new Set<string>();
  let failures = 0;
  const stepKeeps = { input: keep, result: keep, effects: keepWhole };
  const lost = (run: string, error: unknown) => {
    failures++;
    log.error({ run, err: error }, "a run can't be recorded");
  };

  // In two steps, so that what can't be put into a row rejects like what can't be written.
  const add: History["begin"] = async (workflow, start) => {
    const run = runRow(workflow, start, keep);
    await writer.write({ kind: "add", run, steps: [] }, [workflow.definition]);
  };
  const end: (...run: Parameters<History["finish"]>) => Promise<number> = async (
    workflow,
    start,
    ended,
    records,
  ) => {
    const row = endRow(ended, keep);
    const steps = records.map((record, place) => stepRow(start.id, record, place, stepKeeps));
    if (begun.delete(start.id)) return writer.commit({ kind: "end", end: row, steps });
    const run = { ...runRow(workflow, start, keep), ...row };
    return writer.commit({ kind: "add", run, steps }, [workflow.definition]);
  };

  return {
    async begin(workflow, start) {
      try {
        await add(workflow, start);
        begun.add(start.id);
      } catch (error) {
        lost(start.id, error);
        const message = "The run can't be recorded, so it is not begun";
        throw new GatewayError("STORE_UNAVAILABLE", message, { cause: error });
      }
    },
    finish(...run) {
      end(...run).catch((error: unknown) => lost(run[1].id, error));
      return writer.room();
    },
    failures: () => failures,
  };
}
