import { parseJson } from "../model/json.ts";
import type { Knex } from "knex";
import type { DeliveryKey, EndedRun } from "../model/queue.ts";
import type { WorkflowResponse } from "../model/step.ts";
import type { StepFailure } from "../model/step-error.ts";
import { type DeliveryRow, deliveryId } from "./queue-rows.ts";
import type { KeptRunRow } from "./rows.ts";

/** Reads for the queue. Callers ask only for data that is committed already, so no read waits for queued writes. */
export interface QueueReader {
  /** How a run ended; null while it has not. */
  ended(id: string): Promise<EndedRun | null>;
  /** The first time after that one at which a run can go on. */
  nextWake(after: string): Promise<Date | null>;
  /** The answer to a delivery, if it is still remembered at that time. */
  answered(delivery: DeliveryKey, at: Date): Promise<WorkflowResponse | null>;
}

/** Reads on a connection that can't write. */
export function queueReader(database: Knex): QueueReader {
  return {
    async ended(id) {
      const row = await database<KeptRunRow>("runs")
        .where({ id })
        .whereNotNull("finished_at")
        .first("id", "status", "messages", "output", "error");
      if (!row) return null;
      return {
        id: row.id,
        status: row.status,
        messages: parseJson(row.messages) as readonly string[],
        output: parseJson(row.output),
        error: row.error === null ? null : (JSON.parse(row.error) as StepFailure),
      };
    },
    async nextWake(after) {
      const row = await database<{ wake_at: string }>("queue")
        .where("wake_at", ">", after)
        .orderBy("wake_at")
        .first("wake_at");
      return row ? new Date(row.wake_at) : null;
    },
    async answered(delivery, at) {
      const row = await database<DeliveryRow>("deliveries")
        .where(deliveryId(delivery))
        .where("until", ">", at.toISOString())
        .first("answer");
      return row ? (parseJson(row.answer) as unknown as WorkflowResponse) : null;
    },
  };
}
