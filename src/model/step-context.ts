import type { Caller } from "./caller.ts";
import type { Databases } from "./databases.ts";
import type { Expression, Scope } from "./expression.ts";
import type { Json } from "./json.ts";
import type { Log } from "./log.ts";
import type { Mail } from "./mail.ts";
import type { Outbound } from "./outbound.ts";
import type { AwaitTurn, Sandbox } from "./program.ts";
import type { Records } from "./records.ts";
import type { RequestDraft } from "./request-draft.ts";
import type { ResponseDraft } from "./response-draft.ts";
import type { Redact } from "./secrets.ts";
import type { Branch, Outcome } from "./step.ts";

/** The abilities and the knowledge of a step while it runs. */
export interface StepContext {
  readonly scope: Scope;
  /** Aborted when the run is canceled, the client goes away, or the step's timeout is over. */
  readonly signal: AbortSignal;
  /** Where the step stands, turns and all: `turns[2].pay`. */
  readonly path: string;
  /** The same on every attempt of this step in this run: `<run>:<path>`. */
  readonly idempotencyKey: string;
  /** Id of the run. */
  readonly run: string;
  readonly now: () => Date;
  readonly limits: StepLimits;
  /**
   * Walks a branch of this step: at once, where nothing in it waits. Throws or rejects when one of its steps fails for good, or
   * the signal is aborted.
   */
  readonly walk: (branch: Branch, place: BranchPlace) => Outcome | Promise<Outcome>;
  /** Evaluates an expression of this step, with more names if it binds some. */
  readonly evaluate: (expression: Expression, names?: Readonly<Record<string, Json>>) => Json;
  /** Adds a message to the run. */
  readonly say: (message: string) => void;
  /** Declares or assigns `vars.<name>`. */
  readonly assign: (name: string, value: Json) => void;
  /** Sets the run's result. */
  readonly output: (value: Json) => void;
  /**
   * Something that must stay as it was decided the first time when the run is resumed: a branch, a time, an id. In a
   * step that acts, where runs are resumed, it is committed before the promise resolves, and the step must not act before.
   */
  readonly remember: <T extends Json>(name: string, decide: () => T) => T | Promise<T>;
  /** What was noted of the step before this attempt went on: an answer that came meanwhile. Undefined without it. */
  readonly recall: (name: string) => Json | undefined;
  /** Waits, durably where runs are resumed: then it throws a `Suspension`, and the step is run again when time is over. */
  readonly waitUntil: (time: Date) => Promise<void>;
  /** For what many steps share: the step's `timeout` does not count that time. */
  readonly awaitTurn: AwaitTurn;
  /**
   * Runs another workflow, as this one runs: waited for or queued. Gives its output, or null when it is not waited for.
   * Its messages join this run's.
   * @throws {StepError} `UNKNOWN_WORKFLOW`, `DEPTH_EXCEEDED`, `SUBFLOW_FAILED`
   */
  readonly subflow: (workflow: string, input: Json, wait: boolean) => Promise<Json>;
  /** The request on its way, which `set-request` changes. Null except in a pre-action. */
  readonly request: RequestDraft | null;
  /** The answer on its way, which `set-response` changes. Null except in a sync post-action. */
  readonly response: ResponseDraft | null;
  /** The caller, for steps that act as the caller; null where no client waits. */
  readonly caller: Caller | null;
  /** Header pairs that every request of the run carries. */
  readonly propagatedHeaders: Readonly<Record<string, string>>;
  readonly services: StepServices;
}

/** Where a nested branch stands, by `at` or by `turn`, and the names it binds. */
export interface BranchPlace {
  /** Its part of the path: `then`, `cases[1]`. */
  readonly at?: string;
  /** Of a loop, from 0: stands behind the step's own name, `turns[2]`. */
  readonly iteration?: number;
  readonly names?: Readonly<Record<string, Json>>;
  /** Aborts the branch alone; default: the step's own signal. */
  readonly signal?: AbortSignal;
}

/** Bounds on what a step may take. */
export interface StepLimits {
  /** Turns of a loop. */
  readonly loop: number;
  /** Rows worked on in memory. */
  readonly rows: number;
  /** Workflows that cause each other. */
  readonly depth: number;
  /** Bytes of the headers that a workflow sets on one message. */
  readonly headers: number;
}

/** The world outside a workflow, handed to steps so that a test can hand in another. */
export interface StepServices {
  readonly records: Records;
  readonly outbound: Outbound;
  readonly databases: Databases;
  readonly mail: Mail;
  readonly sandbox: Sandbox;
  readonly log: Log;
  /** Makes a value fit for the log. */
  readonly redact: Redact;
}
