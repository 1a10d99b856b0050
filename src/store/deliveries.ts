import { parseJson } from "../model/json.ts";
import type { Deliveries } from "../model/queue.ts";
import type { WorkflowResponse } from "../model/step.ts";
import { deliveryRow } from "./queue-rows.ts";
import { queuedRow } from "./rows.ts";
import type { QueueParts } from "./run-queue.ts";
import { orUnavailable } from "./unavailable.ts";

/** Turns webhook deliveries into jobs of the writer. */
export function deliveryWriter({
  writer,
  reader,
  serializers,
  events,
  now,
}: QueueParts): Deliveries {
  const { keepContext } = serializers;
  return {
    answered: (delivery) =>
      orUnavailable("What was delivered before can't be read", () =>
        reader.answered(delivery, now()),
      ),
    async answer(key, answer, until, runs) {
      const first = await orUnavailable("The delivery can't be recorded", async () => {
        const delivery = deliveryRow(key, answer, until);
        const rows = await Promise.all(
          runs.map(async (run) => queuedRow(run, (await keepContext(run.trigger)).text)),
        );
        const definitions = runs.map(({ workflow }) => workflow.definition);
        const time = now().toISOString();
        return writer.write({ kind: "deliver", delivery, runs: rows, now: time }, definitions);
      });
      if (first !== null) return parseJson(first) as unknown as WorkflowResponse;
      if (runs.length > 0) events.emit("work");
      return null;
    },
  };
}
