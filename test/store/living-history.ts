import { type Arbitrary, constant, constantFrom, nat, oneof, record } from "fast-check";
import { type Claim, ClaimLost, type NewRun } from "../../src/model/queue.ts";
import type { RunStart } from "../../src/model/run.ts";
import type { Store } from "../../src/store/store.ts";
import { aNewRun, aStart, aWorkflow, anEnd } from "../support/runs.ts";
import type { SqlitePlace } from "../support/sqlite-place.ts";

/** A store to which one thing after the other happens, at a clock of its own. */
export interface LivingHistory {
  readonly store: Store;
  happen(event: HistoryEvent): Promise<void>;
}

/** One thing that happens. */
export interface HistoryEvent {
  readonly what: keyof typeof HAPPENS;
  /** The workflow of a new run. */
  readonly key: string;
  /** How a run ends by itself. */
  readonly status: "succeeded" | "failed" | "errored" | "timed-out";
  /** Chooses which of the runs, claims or intents that are there it happens to. */
  readonly which: number;
}

/** Any of them; seldom that the store is opened anew, which takes long. */
export const historyEvent = (): Arbitrary<HistoryEvent> =>
  record({
    what: oneof(
      { weight: 40, arbitrary: constantFrom(...WHILE_OPEN) },
      { weight: 1, arbitrary: constant<HistoryEvent["what"]>("the process is another") },
    ),
    key: constantFrom("one", "two"),
    status: constantFrom("succeeded", "failed", "errored", "timed-out"),
    which: nat(),
  });

/** Opens a store. Ended runs are kept for a day there. */
export async function livingHistory(place: SqlitePlace): Promise<LivingHistory> {
  let now = Date.parse("2026-03-04T05:06:07.890Z");
  const open = () => place.open({ retention: DAY, keep: ["errored"], now: () => new Date(now) });
  const life: Life = {
    store: await open(),
    runs: [],
    begun: [],
    claims: [],
    intents: [],
    now: () => new Date(now),
    async reopen() {
      await this.store.close();
      this.store = await open();
    },
    pass: (milliseconds) => void (now += milliseconds),
  };
  return {
    get store() {
      return life.store;
    },
    async happen(event) {
      life.pass(1_000);
      try {
        await HAPPENS[event.what](life, event);
      } catch (error) {
        if (!(error instanceof ClaimLost)) throw error;
      }
    },
  };
}

const DAY = 86_400_000;

/** The store, and what is known of it, whether or not that is still so. */
interface Life {
  store: Store;
  /** Ids of all runs that there were. */
  readonly runs: string[];
  /** Those that a client waits for. */
  readonly begun: RunStart[];
  readonly claims: Claim[];
  readonly intents: { readonly id: string; readonly run: NewRun }[];
  now(): Date;
  reopen(): Promise<void>;
  pass(milliseconds: number): void;
}

/** Things that happen, by name. Where there is nothing that it could happen to, nothing happens. */
const HAPPENS = {
  async "a run is recorded whole"(life: Life, { key, status }: HistoryEvent) {
    const start = newStart(life);
    const end = anEnd(start, { status, finishedAt: life.now() });
    await life.store.finish(aWorkflow({ key }), start, end, []);
  },
  async "a run begins that a client waits for"(life: Life, { key }: HistoryEvent) {
    const start = newStart(life);
    await life.store.begin(aWorkflow({ key, acts: true }), start);
    life.begun.push(start);
  },
  async "it ends"(life: Life, { key, status, which }: HistoryEvent) {
    const [start] = taken(life.begun, which);
    if (!start) return;
    const end = anEnd(start, { status, finishedAt: life.now() });
    await life.store.finish(aWorkflow({ key, acts: true }), start, end, []);
  },
  async "runs are accepted"(life: Life, { key }: HistoryEvent) {
    await life.store.queue.accept([newRun(life, key), newRun(life, key)]);
  },
  async "runs are accepted, and claimed while there is room"(
    life: Life,
    { key, which }: HistoryEvent,
  ) {
    const runs = [newRun(life, key), newRun(life, key)];
    life.claims.push(...(await life.store.queue.accept(runs, undefined, which % 3)));
  },
  async "a run is accepted twice"(life: Life, { key }: HistoryEvent) {
    const run = newRun(life, key);
    await life.store.queue.accept([run, run]);
    await life.store.queue.accept([run]);
  },
  async "runs are claimed"(life: Life, { which }: HistoryEvent) {
    life.claims.push(...(await life.store.queue.claim(1 + (which % 3))));
  },
  async "a claimed run waits for a time"(life: Life, { which }: HistoryEvent) {
    const [claim] = taken(life.claims, which);
    if (!claim) return;
    const until = new Date(life.now().getTime() + 5_000);
    await life.store.queue.wait(claim, { id: claim.id, status: "waiting", until, child: null });
  },
  async "a claimed run waits for a child"(life: Life, { key, which }: HistoryEvent) {
    const [claim] = taken(life.claims, which);
    if (!claim) return;
    const child = newRun(life, key);
    await life.store.queue.accept([child]);
    const wait = { id: claim.id, status: "waiting", until: null, child: child.id } as const;
    await life.store.queue.wait(claim, wait);
  },
  async "a claimed run ends"(life: Life, { status, which }: HistoryEvent) {
    const [claim] = taken(life.claims, which);
    if (!claim) return;
    await life.store.queue.end(claim, anEnd(claim, { status, finishedAt: life.now() }));
  },
  async "an intent is opened"(life: Life, { key }: HistoryEvent) {
    const run = newRun(life, key);
    await life.store.intents.open(run.id, [run]);
    life.intents.push({ id: run.id, run });
  },
  async "an intent is fulfilled"(life: Life, { which }: HistoryEvent) {
    const [intent] = taken(life.intents, which);
    if (intent) await life.store.queue.accept([intent.run], { intent: intent.id, leaves: [] });
  },
  async "an intent is unconfirmed"(life: Life, { which }: HistoryEvent) {
    const [intent] = taken(life.intents, which);
    if (intent) await life.store.intents.unconfirmed(intent.id);
  },
  async "a delivery is answered"(life: Life, { key, which }: HistoryEvent) {
    const until = new Date(life.now().getTime() + DAY);
    const answer = { status: 200, headers: {}, body: "ok" };
    const delivery = { workflow: key, key: String(which % 3) };
    await life.store.deliveries.answer(delivery, answer, until, [newRun(life, key)]);
  },
  async "a run is canceled"(life: Life, { which }: HistoryEvent) {
    await life.store.operations.cancel(one(life.runs, which));
  },
  async "a run is dismissed"(life: Life, { which }: HistoryEvent) {
    await life.store.operations.dismiss(one(life.runs, which));
  },
  async "a run is replayed"(life: Life, { key, which }: HistoryEvent) {
    const replayOf = one(life.runs, which);
    await life.store.operations.replay({ ...newRun(life, key), replayOf });
  },
  async "a waiting run is resumed"(life: Life, { which }: HistoryEvent) {
    await life.store.operations.resume(one(life.runs, which));
  },
  async "a run's id is taken already"(life: Life, { key, which }: HistoryEvent) {
    const start = aStart({ id: one(life.runs, which) });
    await life.store.finish(aWorkflow({ key }), start, anEnd(start), []);
  },
  async "the process is another"(life: Life) {
    await life.reopen();
  },
  async "old runs are deleted"(life: Life, { which }: HistoryEvent) {
    life.pass(which % 2 === 0 ? DAY : DAY / 3);
    await life.store.prune();
  },
};

const WHILE_OPEN = (Object.keys(HAPPENS) as HistoryEvent["what"][]).filter(
  (what) => what !== "the process is another",
);

function newStart(life: Life): RunStart {
  const start = aStart({ startedAt: life.now() });
  life.runs.push(start.id);
  return start;
}

function newRun(life: Life, key: string): NewRun {
  const run = aNewRun({ workflow: aWorkflow({ key }), acceptedAt: life.now() });
  life.runs.push(run.id);
  return run;
}

const one = (runs: readonly string[], which: number) =>
  runs.length === 0 ? "nothing" : runs[which % runs.length]!;

const taken = <T>(from: T[], which: number): T[] =>
  from.length === 0 ? [] : from.splice(which % from.length, 1);
