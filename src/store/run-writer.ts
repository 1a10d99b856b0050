import { GatewayError } from "../model/errors.ts";
import { yieldToEventLoop, isLong } from "../model/event-loop.ts";
import type { History } from "../model/history.ts";
import { LinkedList } from "../model/linked-list.ts";
import type { Log } from "../model/log.ts";
import type { Serializers } from "./serialize.ts";
import type { JobOf } from "./jobs.ts";
import { type StepRow, endRow, runRow, stepRow } from "./rows.ts";
import type { Writer } from "./writer.ts";

/** The writing half of a history. */
export interface RunWriter extends Pick<History, "begin" | "finish"> {
  /** How many runs could not be recorded. */
  failures(): number;
  /** Resolves when all that was to be written until now has been committed, or has failed. */
  settled(): Promise<void>;
}

/** Turns runs that a client waits for into jobs of the writer. */
export function runWriter(
  writer: Writer,
  { serialize, serializeWhole }: Serializers,
  log: Log,
): RunWriter {
  /** Ids of runs that were recorded when they began. */
  const begun = new Set<string>();
  /** Ends whose rows are being made. */
  const endings = new LinkedList<Promise<void>>();
  let failures = 0;
  const stepSerializers = { input: serialize, result: serialize, effects: serializeWhole };
  const lost = (run: string, error: unknown) => {
    failures++;
    log.error({ run, err: error }, "a run can't be recorded");
  };

  // In two steps, so that what can't be put into a row rejects like what can't be written.
  const add: History["begin"] = async (workflow, start) => {
    const run = runRow(workflow, start, serialize);
    await writer.write({ kind: "add", run, steps: [] }, [workflow.definition]);
  };
  /** Queues how a run ended. Its rows may be many: others get their turn meanwhile. */
  const end = async (...[workflow, start, ended, records]: Parameters<History["finish"]>) => {
    const row = endRow(ended, serialize);
    const steps: StepRow[] = [];
    for (const [place, record] of records.entries()) {
      if (place > 0 && isLong()) await yieldToEventLoop();
      steps.push(stepRow(start.id, record, place, stepSerializers));
    }
    const isBegun = begun.delete(start.id);
    const job: JobOf<"add" | "end"> = isBegun
      ? { kind: "end", end: row, steps }
      : { kind: "add", run: { ...runRow(workflow, start, serialize), ...row }, steps };
    // The client does not wait for it.
    const committed = writer.commit(job, isBegun ? [] : [workflow.definition], () => true);
    committed.catch((error: unknown) => lost(start.id, error));
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
    async finish(...run) {
      const ending = end(...run).catch((error: unknown) => lost(run[1].id, error));
      const node = endings.add(ending);
      await ending;
      endings.remove(node);
      return writer.room();
    },
    async settled() {
      await Promise.all(endings);
      await writer.settled();
    },
    failures: () => failures,
  };
}
