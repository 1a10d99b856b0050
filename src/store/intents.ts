import type { Log } from "../model/log.ts";
import type { Intents } from "../model/queue.ts";
import { intentRow, settledRow } from "./queue-rows.ts";
import type { QueueParts } from "./run-queue.ts";
import { orUnavailable } from "./unavailable.ts";

/** Turns what happens to intents into jobs of the writer. */
export function intentWriter({ writer, serializers, events }: QueueParts, log: Log): Intents {
  const { keepContext } = serializers;
  /** Runs that wait for it may be free now. */
  const announceWork = (unblocked: number) => {
    if (unblocked > 0) events.emit("work");
  };
  return {
    open: (intent, runs) =>
      orUnavailable("What the action will cause can't be recorded", async () => {
        const rows = await Promise.all(
          runs.map(async (run) => intentRow(intent, run, (await keepContext(run.trigger)).text)),
        );
        const definitions = runs.map(({ workflow }) => workflow.definition);
        await writer.write({ kind: "open", runs: rows }, definitions);
      }),
    settle(settlement) {
      writer
        .commit({ kind: "settle", ...settledRow(settlement) }, [], () => true)
        .then(announceWork)
        .catch((error: unknown) => {
          const { intent } = settlement;
          log.error({ intent, err: error }, "an intent can't be settled; it will be unconfirmed");
        });
    },
    async unconfirmed(intent) {
      try {
        announceWork(await writer.write({ kind: "unconfirm", intent }));
      } catch (error) {
        log.error({ intent, err: error }, "an intent can't be made unconfirmed; a restart does");
      }
    },
  };
}
