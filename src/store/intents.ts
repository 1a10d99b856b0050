import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../model/log.ts";
import type { Intents } from "../model/queue.ts";
import { intentRow, settledRow } from "./queue-rows.ts";
import type { QueueParts } from "./run-queue.ts";
import { orUnavailable } from "./unavailable.ts";

/** How long to wait after the store failed, in milliseconds. */
const STORE_BREAK = 1_000;

/** Turns what happens to intents into jobs of the writer. @param isClosing whether what is not committed is left to the next start */
export function intentWriter(
  { writer, serializers, events }: QueueParts,
  log: Log,
  isClosing: () => boolean,
): Intents {
  const { keepContext } = serializers;
  /** Runs that wait for it may be free now. */
  const announceWork = (unblocked: number) => {
    if (unblocked > 0) events.emit("work");
  };
  /**
   * The action is over. Where that can't be committed now, it is tried again until it can: this instance may live for long.
   * Resolves after the first time.
   */
  const over = async (intent: string, commit: () => Promise<number>) => {
    try {
      announceWork(await commit());
    } catch (error) {
      log.error({ intent, err: error }, "an intent can't be settled now; it stays until it can");
      void again(commit);
    }
  };
  const again = async (commit: () => Promise<number>) => {
    for (;;) {
      await sleep(STORE_BREAK, undefined, { ref: false });
      if (isClosing()) return;
      const unblocked = await commit().catch(() => null);
      if (unblocked !== null) return announceWork(unblocked);
    }
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
    settle: (settlement) =>
      void over(settlement.intent, () =>
        writer.commit({ kind: "settle", ...settledRow(settlement) }, [], () => true),
      ),
    unconfirmed: (intent) => over(intent, () => writer.write({ kind: "unconfirm", intent })),
  };
}
