import { once } from "node:events";
import { expect } from "chai";
import type { RunDetail } from "../../src/model/history.ts";
import type { NewRun } from "../../src/model/queue.ts";
import type { RunStatus } from "../../src/model/run.ts";
import type { Branch } from "../../src/model/step.ts";
import type { StepServices } from "../../src/model/step-context.ts";
import type { Subflows } from "../../src/model/subflows.ts";
import type { Workflow } from "../../src/model/workflow.ts";
import { createRunner } from "../../src/runner/runner.ts";
import type { Store } from "../../src/store/store.ts";
import type { RunDoing } from "../../src/worker/claimed-run.ts";
import { type Worker, type WorkerParts, startWorker } from "../../src/worker/worker.ts";
import { storePlace } from "../support/both-stores.ts";
import { eventually } from "../support/eventually.ts";
import { aNewRun, aWorkflow } from "../support/runs.ts";

/** A real store, and workers with the real runner that do what is queued in it. */
export interface Bench {
  /** As it is open now. */
  readonly store: Store;
  /** The errors that workers logged. */
  readonly logged: string[];
  /** Makes a workflow known. */
  workflow(key: string, steps: Branch, own?: Partial<Workflow>): Workflow;
  /** Queues a run of a workflow; gives its id. */
  accept(workflow: Workflow, own?: Partial<NewRun>): Promise<string>;
  /** Starts a worker; it is stopped with the bench, at once. */
  work(own?: Partial<WorkerParts & RunDoing>): Worker;
  run(id: string): Promise<RunDetail>;
  /** Waits until a run has a status. It must be one that stays: its next may come before this looks. */
  become(id: string, status: RunStatus): Promise<RunDetail>;
  /** Closes the store and opens it again, as another process would. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

/** Opens one at a place of its own. */
export async function openBench({ now = () => new Date() } = {}): Promise<Bench> {
  const place = await storePlace();
  let store = await place.open({ now });
  let workers: Worker[] = [];
  const logged: string[] = [];
  const workflows = new Map<string, Workflow>();
  const log: WorkerParts["log"] = {
    debug() {},
    info() {},
    warn() {},
    error: (_fields, message) => void logged.push(message),
  };
  const stopWorkers = async () => {
    const all = workers;
    workers = [];
    await Promise.all(all.map((worker) => worker.stop(0)));
  };

  const bench: Bench = {
    get store() {
      return store;
    },
    logged,
    workflow(key, steps, own) {
      const workflow = aWorkflow({ key, steps, ...own });
      workflows.set(key, workflow);
      return workflow;
    },
    async accept(workflow, own) {
      const run = aNewRun({ workflow, acceptedAt: now(), ...own });
      await store.queue.accept([run]);
      return run.id;
    },
    work(own = {}) {
      const subflows: Subflows = {
        find: (key) => workflows.get(key) ?? null,
        run: () => Promise.reject(new Error("nobody waits here")),
        async accept(child) {
          await store.queue.accept([child]);
        },
        ended: (id) => store.queue.ended(id),
      };
      const { resume } = createRunner({
        services: {
          log,
          redact: (value) => value,
        } as Partial<StepServices> as StepServices,
        subflows,
        limits: {
          loop: 1_000,
          headers: 16_384,
          rows: 10_000,
          depth: 5,
          steps: 10_000,
          result: 1_000_000,
          record: 32_000_000,
        },
        now,
        random: () => 0.5,
        secrets: () => ({}),
        signDepth: String,
      });
      const worker = startWorker({
        queue: store.queue,
        doing: () => ({
          resume: own.resume ?? resume,
          revive(key) {
            const workflow = workflows.get(key);
            if (workflow === undefined) throw new Error(`there is no step type in ${key} any more`);
            return workflow;
          },
          afterFailure: own.afterFailure ?? (() => null),
          propagatedHeaders: () => ({}),
        }),
        concurrency: 16,
        now,
        log,
        ...own,
      });
      store.operations.onCancel(worker.cancel);
      workers.push(worker);
      return worker;
    },
    async run(id) {
      const run = await store.get(id);
      if (run === null) throw new Error(`There is no run ${id}`);
      return run;
    },
    async become(id, status) {
      await eventually(async () => expect((await bench.run(id)).status).to.equal(status));
      return bench.run(id);
    },
    async reopen() {
      await stopWorkers();
      await store.close();
      store = await place.open({ now });
    },
    async close() {
      await stopWorkers();
      await store.close();
      await place.remove();
    },
  };
  return bench;
}

/** A clock that stands until it is set, and an alarm that rings when the test says so. */
export interface TestClock {
  readonly now: () => Date;
  readonly alarm: (milliseconds: number, ring: () => void) => () => void;
  /** The milliseconds of each alarm that was set. */
  readonly asked: readonly number[];
  /** Sets it to so many milliseconds after it was made. */
  set(milliseconds: number): void;
  ring(): void;
  /** Whether an alarm is set. */
  isSet(): boolean;
}

/** A clock for `openBench({ now })` and `work({ alarm })`. */
export function testClock(start = new Date()): TestClock {
  const made = start.getTime();
  let ahead = 0;
  let ringing: (() => void) | null = null;
  const asked: number[] = [];
  return {
    asked,
    now: () => new Date(made + ahead),
    alarm(milliseconds, ring) {
      asked.push(milliseconds);
      ringing = ring;
      return () => void (ringing = null);
    },
    set: (milliseconds) => void (ahead = milliseconds),
    ring() {
      const ring = ringing;
      ringing = null;
      ring?.();
    },
    isSet: () => ringing !== null,
  };
}

/** Something that tests wait for, and open themselves. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

/** A gate that is closed. */
export function gate(): Gate {
  const opening = new AbortController();
  return { opened: once(opening.signal, "abort").then(() => {}), open: () => opening.abort() };
}
