import { GatewayError } from "../model/errors.ts";
import { yieldToEventLoop, isLong } from "../model/event-loop.ts";
import type { History } from "../model/history.ts";
import type { JsonObject } from "../model/json.ts";
import { LinkedList } from "../model/linked-list.ts";
import type { StepRecord } from "../model/run.ts";
import type { Log } from "../model/log.ts";
import type { Serializers } from "./serialize.ts";
import type { JobOf } from "./jobs.ts";
import { type StepRow, type StepTexts, endRow, runRow, stepRow } from "./rows.ts";
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
  /** Ends of which rows are still to be made. */
  const endings = new LinkedList<Promise<void>>();
  let failures = 0;
  const textsOf = ({ error, input, result, effects }: StepRecord): StepTexts => ({
    error: error && serialize(error),
    input: serialize(input),
    result: serialize(result),
    effects: effects && serializeWhole(effects as JsonObject),
  });
  const lost = (run: string, error: unknown) => {
    failures++;
    log.error({ run, err: error }, "a run can't be recorded");
  };

  // In two steps, so that what can't be put into a row rejects like what can't be written.
  const add: History["begin"] = async (workflow, start) => {
    const run = runRow(workflow, start, serialize);
    await writer.write({ kind: "add", run, steps: [] }, [workflow.definition]);
  };
  /** The rows of steps from one on. They may be many: others get their turn meanwhile. */
  const stepRows = (
    run: string,
    records: readonly StepRecord[],
    made: StepRow[] = [],
  ): StepRow[] | Promise<StepRow[]> => {
    for (let place = made.length; place < records.length; place++) {
      if (place > 0 && isLong()) {
        return yieldToEventLoop().then(() => stepRows(run, records, made));
      }
      const record = records[place] as StepRecord;
      made.push(stepRow(run, record, place, textsOf(record)));
    }
    return made;
  };
  /** Queues how a run ended: at once, unless its rows take long to make. */
  const end = (
    ...[workflow, start, ended, records]: Parameters<History["finish"]>
  ): void | Promise<void> => {
    const failed = (error: unknown) => lost(start.id, error);
    const queue = (steps: readonly StepRow[]) => {
      const row = endRow(ended, serialize, serialize(ended.output ?? null));
      const isBegun = begun.delete(start.id);
      const job: JobOf<"add" | "end"> = isBegun
        ? { kind: "end", end: row, steps }
        : { kind: "add", run: { ...runRow(workflow, start, serialize), ...row }, steps };
      // The client does not wait for it.
      writer.commit(job, isBegun ? [] : [workflow.definition], () => true).catch(failed);
    };
    try {
      const steps = stepRows(start.id, records);
      return steps instanceof Promise ? steps.then(queue).catch(failed) : queue(steps);
    } catch (error) {
      failed(error);
    }
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
      const ending = end(...run);
      if (ending === undefined) return writer.room();
      const node = endings.add(ending);
      return ending.then(() => {
        endings.remove(node);
        return writer.room();
      });
    },
    async settled() {
      await Promise.all(endings);
      await writer.settled();
    },
    failures: () => failures,
  };
}
