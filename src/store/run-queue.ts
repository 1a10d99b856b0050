import type { EventEmitter } from "node:events";
import {
  type Claim,
  ClaimLost,
  type RunQueue,
  RunUnreadable,
  RunUnrecordable,
  SealedUnreadable,
} from "../model/queue.ts";
import { claimWrites } from "./claim-writes.ts";
import type { EndedRow, WaitRow } from "./jobs.ts";
import type { Serializers } from "./serialize.ts";
import { type HeldRun, heldRuns } from "./held-runs.ts";
import {
  type ClaimRow,
  type NoteRow,
  acceptedClaim,
  settledRow,
  timeText,
  unreadableClaim,
} from "./queue-rows.ts";
import type { QueueReader } from "./queue-reader.ts";
import type { Sealable, StepRow } from "./rows.ts";
import type { SealedRows } from "./sealed-rows.ts";
import { orUnavailable, orUnrecordable } from "./unavailable.ts";
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
  readonly rows: SealedRows;
  readonly events: EventEmitter<QueueEvents>;
  readonly now: () => Date;
}

/** What is gathered under a claim. */
interface Gathered {
  readonly steps: Sealable<StepRow>[];
  readonly notes: Sealable<NoteRow>[];
  over: WaitRow | EndedRow | null;
}

/** Turns what happens to queued runs into jobs of the writer. */
export function runQueue({ writer, reader, rows, events, now }: QueueParts): RunQueue {
  const held = heldRuns();
  /** When runs were last claimed: all whose time had come by then are in the line. */
  let claimedAt = "";

  const write = claimWrites<Gathered>(async (claim, batch) => {
    const { id: run, fence, parent } = claim;
    let hasEnded = false;
    const job = () => {
      const gathered: Gathered = batch.addTo({ steps: [], notes: [], over: null });
      hasEnded = gathered.over !== null && "row" in gathered.over;
      return { kind: "keep", claim: { run, fence }, ...gathered } as const;
    };
    const { accepted, unblocked } = await orUnrecordable(`The run ${run} can't be kept`, () =>
      // Nobody waits for the end of a run, except its parent.
      writer.write(job, [], () => batch.isLast && parent === null),
    );
    if (!accepted) throw new ClaimLost(`The run ${run} is no longer this claim's`);
    if (unblocked) events.emit("work");
    if (hasEnded) held.release(run);
  });

  const claimOf = async (row: ClaimRow, before: HeldRun | undefined): Promise<Claim> => {
    try {
      const run = await rows.held(row, before);
      held.hold(row.id, run);
      return await rows.claim(row, run);
    } catch (error) {
      const isSealed = error instanceof SealedUnreadable;
      return unreadableClaim(row, isSealed ? error : new RunUnreadable({ cause: error }));
    }
  };

  return {
    async accept(runs, settles, room = 0) {
      const time = now();
      return orUnavailable("The runs can't be recorded", async () => {
        const secrets = runs.map(() => rows.secrets());
        const queued = await Promise.all(runs.map((run, at) => rows.queued(run, secrets[at])));
        const settled = settles ? settledRow(settles) : null;
        const definitions = runs.map(({ workflow }) => workflow.definition);
        const job = {
          kind: "accept",
          runs: queued,
          settles: settled,
          room,
          now: time.toISOString(),
        } as const;
        const { added, claimed } = await writer.write(job, definitions);
        if (added > claimed.length) events.emit("work");
        const isClaimed = new Set(claimed);
        return runs.flatMap((run, at) => {
          if (!isClaimed.delete(run.id)) return [];
          const bytes = queued[at]?.context.length ?? 0;
          const { trigger } = run;
          const own = secrets[at] ?? rows.secrets();
          held.hold(run.id, { trigger, secrets: own, steps: [], nextPlace: 0, bytes });
          return [acceptedClaim(run, bytes, time, own.redact)];
        });
      });
    },
    async claim(most) {
      const time = now().toISOString();
      const known = held.all();
      const places = Object.fromEntries([...known].map(([id, { nextPlace }]) => [id, nextPlace]));
      const claimed = await orUnavailable("No runs can be claimed", () =>
        writer.write({
          kind: "claim",
          most: Math.max(0, most),
          now: time,
          held: places,
        }),
      );
      claimedAt = time;
      const claims: Claim[] = [];
      for (const row of claimed) claims.push(await claimOf(row, known.get(row.id)));
      return claims;
    },
    // Where it stands among the others is found when it is written.
    // At once, so that what it hides is hidden in what the run says next.
    step(claim, record) {
      const row = made(() => rows.step(claim, record));
      return write(claim, ({ steps }) => void steps.push(row()));
    },
    note(claim, note) {
      const row = made(() => rows.note(claim, note));
      return write(claim, ({ notes }) => void notes.push(row()));
    },
    wait: (claim, { until, child }) =>
      write(claim, (all) => void (all.over = { until: until && timeText(until), child }), true),
    end(claim, end, causes = null) {
      const row = made(() => rows.end(claim, end));
      const over = (caused: EndedRow["causes"]) =>
        write(claim, (all) => void (all.over = { ...row(), causes: caused }), true);
      if (causes === null) return over(null);
      const { source } = causes.workflow.definition;
      return rows.queued(causes).then(
        (run) => over({ run, source }),
        (cause: Error) => Promise.reject(new RunUnrecordable(cause.message, { cause })),
      );
    },
    nextWake: () => reader.nextWake(claimedAt),
    onWork: (listener) => void events.on("work", () => listener()),
    async ended(id) {
      const found = await reader.ended(id);
      if (found === null) return null;
      const { run, output, sealed } = found;
      return { ...run, output: await rows.output(id, output, sealed) };
    },
  };
}

/** Makes something now. Where that goes wrong, it is told when it is asked for. */
function made<T>(make: () => T): () => T {
  try {
    const value = make();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
