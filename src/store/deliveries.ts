import type { Deliveries } from "../model/queue.ts";
import type { QueueParts } from "./run-queue.ts";
import { orUnavailable } from "./unavailable.ts";

/** Turns webhook deliveries into jobs of the writer. */
export function deliveryWriter({ writer, reader, rows, events, now }: QueueParts): Deliveries {
  return {
    answered: (delivery) =>
      orUnavailable("What was delivered before can't be read", async () => {
        const first = await reader.answered(delivery, now());
        return first && rows.answer(delivery, first);
      }),
    async answer(key, answer, until, runs) {
      const first = await orUnavailable("The delivery can't be recorded", async () => {
        const delivery = rows.delivery(key, answer, until);
        const queued = await Promise.all(runs.map((run) => rows.queued(run)));
        const definitions = runs.map(({ workflow }) => workflow.definition);
        const time = now().toISOString();
        const job = { kind: "deliver", delivery, runs: queued, now: time } as const;
        const before = await writer.write(job, definitions);
        return before && rows.answer(key, before);
      });
      if (first !== null) return first;
      if (runs.length > 0) events.emit("work");
      return null;
    },
  };
}
