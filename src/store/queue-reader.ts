import { parseJson } from "../model/json.ts";
import type { Knex } from "knex";
import type { DeliveryKey, EndedRun } from "../model/queue.ts";
import type { StepFailure } from "../model/step-error.ts";
import { type AnsweredRow, type DeliveryRow, deliveryId } from "./queue-rows.ts";
import type { KeptRunRow } from "./rows.ts";

/** Reads for the queue. Callers ask only for data that is committed already, so no read waits for queued writes. */
export interface QueueReader {
  /** How a run ended, with its output as JSON, and sealed where its parent needs it so; null while it has not. */
  ended(id: string): Promise<EndedRow | null>;
  /** The first time after that one at which a run can go on. */
  nextWake(after: string): Promise<Date | null>;
  /** The answer to a delivery, if it is still remembered at that time. */
  answered(delivery: DeliveryKey, at: Date): Promise<AnsweredRow | null>;
}

/** The end of a run, except its output. */
export interface EndedRow {
  readonly run: Omit<EndedRun, "output">;
  readonly output: string;
  readonly sealed: string | null;
}

const ENDED = ["id", "status", "messages", "output", "error", "text"] as const;

type EndedColumns = Pick<KeptRunRow, "id" | "status" | "messages" | "output" | "error"> & {
  /** Of `sealed`. */
  readonly text: string | null;
};

/** Reads on a connection that can't write. */
export function queueReader(database: Knex): QueueReader {
  return {
    async ended(id) {
      const row = await database("runs")
        .leftJoin("sealed", (join) =>
          join
            .on("sealed.run", "runs.parent")
            .andOn("sealed.part", database.raw("'output ' || runs.id")),
        )
        .where({ id })
        .whereNotNull("finished_at")
        .first<EndedColumns | undefined>(ENDED);
      if (!row) return null;
      const { output, text } = row;
      return {
        run: {
          id: row.id,
          status: row.status,
          messages: parseJson(row.messages) as readonly string[],
          error: row.error === null ? null : (JSON.parse(row.error) as StepFailure),
        },
        output,
        sealed: text,
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
        .first("answer", "sealed");
      return row ?? null;
    },
  };
}
