import type { EventEmitter } from "node:events";
import { type Claim, ClaimLost, type RunQueue } from "../model/queue.ts";
import { claimWrites } from "./claim-writes.ts";
import type { WaitRow } from "./jobs.ts";
import type { Serializers } from "./serialize.ts";
import { heldRuns } from "./held-runs.ts";
import {
  type NoteRow,
  acceptedClaim,
  claimOf,
  heldOf,
  noteRow,
  settledRow,
  timeText,
} from "./queue-rows.ts";
import type { QueueReader } from "./queue-reader.ts";
import { type EndRow, type StepRow, endRow, queuedRow, stepRow } from "./rows.ts";
import { orUnavailable } from "./unavailable.ts";
import type { Writer } from "./writer.ts";

/** The events of the queue, for node's `EventEmitter`. */
export interface QueueEvents {
  /** Runs may have become claimable, here or elsewhere: in another instance, or by the time. */
  readonly work: [where?: "elsewhere"];
  /** An operator has canceled this run. */
  readonly canceled: [run: string, where?: "elsewhere"];
}

/** The parts of the queue. */
export interface QueueParts {
  readonly writer: Writer;
  readonly reader: QueueReader;
  readonly serializers: Serializers;
  readonly events: EventEmitter<QueueEvents>;
  readonly now: () => Date;
}

/** What is gathered under a claim. */
interface Gathered {
  readonly steps: StepRow[];
  readonly notes: NoteRow[];
  over: WaitRow | EndRow | null;
}

/** Turns what happens to queued runs into jobs of the writer. */
export function runQueue({ writer, reader, serializers, events, now }: QueueParts): RunQueue {
  const { serialize, serializeWhole, keepContext } = serializers;
  const stepSerializers = { input: serialize, result: serializeWhole, effects: serializeWhole };
  const held = heldRuns();
  /** When runs were last claimed: all whose time had come by then are in the line. */
  let claimedAt = "";

  const write = claimWrites<Gathered>(async (claim, batch) => {
    const { id: run, fence, parent } = claim;
    let hasEnded = false;
    const job = () => {
      const rows: Gathered = batch.addTo({ steps: [], notes: [], over: null });
      hasEnded = rows.over !== null && "status" in rows.over;
      return { kind: "keep", claim: { run, fence }, ...rows } as const;
    };
    const { accepted, unblocked } = await orUnavailable(`The run ${run} can't be kept`, () =>
      // Nobody waits for the end of a run, except its parent.
      writer.write(job, [], () => batch.isLast && parent === null),
    );
    if (!accepted) throw new ClaimLost(`The run ${run} is no longer this claim's`);
    if (unblocked) events.emit("work");
    if (hasEnded) held.release(run);
  });

  return {
    async accept(runs, settles, room = 0) {
      const time = now();
      return orUnavailable("The runs can't be recorded", async () => {
        // As the history keeps them: so they see the same whether or not a process dies over them.
        const kept = await Promise.all(
          runs.map(async (run) => ({ run, context: await keepContext(run.trigger) })),
        );
        const rows = kept.map(({ run, context }) => queuedRow(run, context.text));
        const settled = settles ? settledRow(settles) : null;
        const definitions = runs.map(({ workflow }) => workflow.definition);
        const job = {
          kind: "accept",
          runs: rows,
          settles: settled,
          room,
          now: time.toISOString(),
        } as const;
        const { added, claimed } = await writer.write(job, definitions);
        if (added > claimed.length) events.emit("work");
        const isClaimed = new Set(claimed);
        return kept.flatMap(({ run, context: { trigger, text } }) => {
          if (!isClaimed.delete(run.id)) return [];
          held.hold(run.id, { trigger, steps: [], nextPlace: 0, bytes: text.length });
          return [acceptedClaim({ ...run, trigger }, text.length, time)];
        });
      });
    },
    async claim(most) {
      const time = now().toISOString();
      const known = held.all();
      const places = Object.fromEntries([...known].map(([id, { nextPlace }]) => [id, nextPlace]));
      const rows = await orUnavailable("No runs can be claimed", () =>
        writer.write({
          kind: "claim",
          most: Math.max(0, most),
          now: time,
          held: places,
        }),
      );
      claimedAt = time;
      const claims: Claim[] = [];
      for (const row of rows) {
        const run = await heldOf(row, known.get(row.id));
        held.hold(row.id, run);
        claims.push(await claimOf(row, run));
      }
      return claims;
    },
    // Where it stands among the others is found when it is written.
    step: (claim, record) =>
      write(claim, ({ steps }) => void steps.push(stepRow(claim.id, record, 0, stepSerializers))),
    note: (claim, note) =>
      write(claim, ({ notes }) => void notes.push(noteRow(claim.id, note, serializeWhole))),
    wait: (claim, { until, child }) =>
      write(claim, (rows) => void (rows.over = { until: until && timeText(until), child }), true),
    end: (claim, end) =>
      write(claim, (rows) => void (rows.over = endRow(end, serializeWhole)), true),
    nextWake: () => reader.nextWake(claimedAt),
    onWork: (listener) => void events.on("work", () => listener()),
    ended: (id) => reader.ended(id),
  };
}
