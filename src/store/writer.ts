import type { StoreObserver } from "../model/observer.ts";
import type { Definition } from "../model/workflow.ts";
import {
  type JobResult,
  type Job,
  type JobOf,
  type JobsOrder,
  type Outcome,
  weightOf,
} from "./jobs.ts";
import { JobRefused } from "./refused.ts";

/** Puts jobs to a committer, in order. */
export interface Writer {
  /**
   * Resolves when the job is committed, with what it gives. Rejects when it can't be made or committed, or after `close`:
   * with `JobRefused` where the job itself is at fault.
   * @param job or what makes it, called when it is about to be committed
   * @param definitions what the runs were made from, where the job adds some
   * @param canWait asked when it could be committed: whether it may wait a little, to go together with another
   */
  commit<K extends Job["kind"]>(
    job: JobOf<K> | (() => JobOf<K>),
    definitions?: readonly Definition[],
    canWait?: () => boolean,
  ): Promise<JobResult<K>>;
  /** Like `commit`, except that it waits for room before it queues the job: for callers that wait anyway. */
  write: Writer["commit"];
  /** Resolves when there is room for more: at once, unless the disk lags behind. */
  room(): Promise<void>;
  /** Resolves when what is queued now has been committed, or has failed. It does not wait for others to go with. */
  settled(): Promise<void>;
  /** Whether the last commit went well, and the file is where it was. If not, asking makes the writer try again. */
  ready(): boolean;
  /** How many jobs are not committed yet. */
  pending(): number;
  /** Tells this one of each commit from now on. */
  observe(observer: StoreObserver): void;
  /** Writes what is queued, and ends. */
  close(): Promise<void>;
}

/** Commits jobs, wherever they are written to. */
export interface Committer {
  /**
   * Commits the jobs of an order in one transaction. One order at a time. Rejects when nothing can be committed any more.
   * @param load about how many characters they have
   * @returns the outcome of each
   */
  commit(order: JobsOrder, load: number): Promise<readonly Outcome[]>;
  /** Whether all that is committed now would be lost. */
  isLost(): boolean;
  close(): Promise<void>;
}

interface Waiting {
  job: Job | (() => Job);
  readonly definitions: readonly Definition[];
  readonly canWait: () => boolean;
  /** About how many characters it holds; 0 while it is not made. */
  weight: number;
  resolve(given: JobResult<Job["kind"]>): void;
  reject(error: Error): void;
}

/** A job that can wait is committed with the next that can't, or after so many milliseconds. */
const PATIENCE = 5;

/**
 * Makes a writer. Commits group themselves: what has queued when the committer is idle goes to it as one transaction. What
 * somebody waits for goes at once.
 * @param bound characters that may queue before `room` waits
 */
export function openWriter(committer: Committer, bound: number): Writer {
  let queue: Waiting[] = [];
  let inFlight: Waiting[] = [];
  /** When those in flight went to the committer. */
  let sentAt = 0;
  let observer: StoreObserver | null = null;
  let weight = 0;
  let waitingForRoom: (() => void)[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let takesWrites = true;
  let isScheduled = false;
  let patience: NodeJS.Timeout | null = null;
  /** Why nothing more can be committed. */
  let over: Error | null = null;

  /** Jobs that come in the same turn of the event loop share a transaction. */
  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      sendUnlessAllCanWait();
    });
  };
  const sendUnlessAllCanWait = () => {
    if (weight >= bound || !queue.every((one) => one.canWait())) send();
    else if (queue.length > 0) patience ??= setTimeout(send, PATIENCE);
  };
  const send = () => {
    if (patience !== null) clearTimeout(patience);
    patience = null;
    if (inFlight.length > 0) return;
    queue = queue.filter(isMade);
    if (queue.length === 0) return;
    inFlight = queue.splice(0, fitting(queue));
    const load = inFlight.reduce((sum, one) => sum + one.weight, 0);
    weight -= load;
    sentAt = performance.now();
    committer.commit(orderOf(inFlight), load).then(onOutcomes, fall);
    makeRoom();
  };
  /** Makes its job, if it is not made yet. One that can't be made goes no further. */
  const isMade = (one: Waiting): boolean => {
    if (typeof one.job !== "function") return true;
    try {
      one.job = one.job();
      one.weight = weightOf(one.job);
      weight += one.weight;
      return true;
    } catch (error) {
      one.reject(new JobRefused((error as Error).message, { cause: error }));
      return false;
    }
  };
  const makeRoom = () => {
    for (const go of waitingForRoom) go();
    waitingForRoom = [];
  };
  const onOutcomes = (outcomes: readonly Outcome[]) => {
    const done = inFlight;
    inFlight = [];
    const failed = outcomes.filter((outcome) => !("given" in outcome)).length;
    observer?.committed(performance.now() - sentAt, done.length, failed);
    takesWrites = !outcomes.some((outcome) => "fault" in outcome && outcome.fault === "store");
    for (const [index, { resolve, reject }] of done.entries()) {
      const outcome = outcomes[index] ?? { error: "No outcome was given", fault: "store" };
      if ("given" in outcome) resolve(outcome.given);
      else reject(failureOf(outcome));
    }
    sendUnlessAllCanWait();
  };
  const fall = (error: Error) => {
    over ??= error;
    for (const { reject } of [...inFlight, ...queue]) reject(over);
    [inFlight, queue, weight] = [[], [], 0];
    makeRoom();
  };

  const commit: Writer["commit"] = <K extends Job["kind"]>(
    job: JobOf<K> | (() => JobOf<K>),
    definitions: readonly Definition[] = [],
    canWait: () => boolean = never,
  ) => {
    if (over) return Promise.reject(over);
    const own = typeof job === "function" ? 0 : weightOf(job);
    const committed = new Promise<JobResult<Job["kind"]>>((resolve, reject) => {
      queue.push({ job, definitions, canWait, weight: own, resolve, reject });
    });
    weight += own;
    if (inFlight.length === 0) schedule();
    last = committed.catch(() => {});
    return committed as Promise<JobResult<K>>;
  };
  const room = (): Promise<void> =>
    weight < bound ? Promise.resolve() : new Promise((resolve) => waitingForRoom.push(resolve));
  // Asks again when there was room: whoever came before may have taken it.
  const write: Writer["commit"] = (...job) =>
    weight < bound ? commit(...job) : room().then(() => write(...job));

  return {
    commit,
    write,
    room,
    async settled() {
      send();
      await last;
    },
    ready() {
      if (over) return false;
      if (!takesWrites && inFlight.length + queue.length === 0) {
        commit({ kind: "probe" }).catch(() => {});
      }
      return takesWrites && !committer.isLost();
    },
    pending: () => inFlight.length + queue.length,
    observe: (one) => void (observer = one),
    async close() {
      over ??= new Error("The store is closed");
      send();
      await last;
      await committer.close();
    },
  };
}

/** Characters that are committed at a time, about: more would take long to copy. One job always fits. */
const LOAD = 4_000_000;

/** How many of the first ones go together. */
function fitting(queue: readonly Waiting[]): number {
  let load = 0;
  const heavy = queue.findIndex(({ weight }) => (load += weight) > LOAD);
  return heavy === -1 ? queue.length : Math.max(1, heavy);
}

function orderOf(waiting: readonly Waiting[]): JobsOrder {
  const definitions: Record<string, string> = {};
  for (const { hash, source } of waiting.flatMap((one) => one.definitions)) {
    definitions[hash] = source;
  }
  return { jobs: waiting.map(({ job }) => job as Job), definitions };
}

const failureOf = ({ error, fault }: Failure): Error =>
  fault === "job" ? new JobRefused(error) : new Error(error);

type Failure = Exclude<Outcome, { readonly given: unknown }>;

const never = () => false;
