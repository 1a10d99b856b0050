import type { EventEmitter } from "node:events";
import { type Claim, ClaimLost, type RunQueue } from "../model/queue.ts";
import type { ClaimRef, ClaimedWrite } from "./jobs.ts";
import type { Serializers } from "./serialize.ts";
import { claimOf, noteRow, timeText } from "./queue-rows.ts";
import type { QueueReader } from "./queue-reader.ts";
import { endRow, queuedRow, stepRow } from "./rows.ts";
import { orUnavailable } from "./unavailable.ts";
import type { Writer } from "./writer.ts";

/** The events of the queue, for node's `EventEmitter`. */
export interface QueueEvents {
  /** Runs may have become claimable. */
  readonly work: [];
  /** An operator has canceled this run. */
  readonly canceled: [run: string];
}

/** The parts of the queue. */
export interface QueueParts {
  readonly writer: Writer;
  readonly reader: QueueReader;
  readonly serializers: Serializers;
  readonly events: EventEmitter<QueueEvents>;
  readonly now: () => Date;
}

/** Turns what happens to queued runs into jobs of the writer. */
export function runQueue({ writer, reader, serializers, events, now }: QueueParts): RunQueue {
  const { serialize, serializeWhole } = serializers;
  const stepSerializers = { input: serialize, result: serializeWhole, effects: serializeWhole };
  /** When runs were last claimed: all whose time had come by then are in the line. */
  let claimedAt = "";

  const under = async (claim: Claim, write: (fenced: ClaimRef) => Promise<ClaimedWrite>) => {
    const { id: run, fence } = claim;
    const message = `The run ${run} can't be kept`;
    const { accepted, unblocked } = await orUnavailable(message, () => write({ run, fence }));
    if (!accepted) throw new ClaimLost(`The run ${run} is no longer this claim's`);
    if (unblocked) events.emit("work");
  };

  return {
    async accept(runs, settles) {
      const added = await orUnavailable("The runs can't be recorded", async () => {
        const rows = runs.map((run) => queuedRow(run, serializeWhole));
        const settled = settles
          ? { intent: settles.intent, leaves: JSON.stringify(settles.leaves) }
          : null;
        const definitions = runs.map(({ workflow }) => workflow.definition);
        return writer.write({ kind: "accept", runs: rows, settles: settled }, definitions);
      });
      if (added > 0) events.emit("work");
    },
    async claim(most) {
      const time = now().toISOString();
      const rows = await orUnavailable("No runs can be claimed", () =>
        writer.write({ kind: "claim", most: Math.max(0, most), now: time }),
      );
      claimedAt = time;
      const claims: Claim[] = [];
      for (const row of rows) claims.push(await claimOf(row));
      return claims;
    },
    step: (claim, record) =>
      under(claim, async (fenced) => {
        // Where it stands among the others is found when it is written.
        const step = stepRow(claim.id, record, 0, stepSerializers);
        return writer.write({ kind: "step", claim: fenced, step });
      }),
    note: (claim, note) =>
      under(claim, async (fenced) => {
        const row = noteRow(claim.id, note, serializeWhole);
        return writer.write({ kind: "note", claim: fenced, note: row });
      }),
    wait: (claim, { until, child }) =>
      under(claim, async (fenced) => {
        const time = until && timeText(until);
        return writer.write({ kind: "wait", claim: fenced, until: time, child });
      }),
    end: (claim, end) =>
      under(claim, async (fenced) => {
        const row = endRow(end, serializeWhole);
        return writer.write({ kind: "complete", claim: fenced, end: row });
      }),
    nextWake: () => reader.nextWake(claimedAt),
    onWork: (listener) => void events.on("work", listener),
    ended: (id) => reader.ended(id),
  };
}
