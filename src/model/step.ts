import { z } from "zod";
import type { Caller } from "./caller.ts";
import type { Expression, Scope } from "./expression.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Position } from "./position.ts";
import type { Records } from "./records.ts";
import type { Outbound } from "./outbound.ts";
import type { RequestDraft } from "./request-draft.ts";
import type { ResponseDraft } from "./response-draft.ts";
import type { Subflows } from "./subflows.ts";
import type { Log } from "./log.ts";
import type { Redact } from "./secrets.ts";

/** One node of a workflow, checked and compiled: what the runner walks. */
export interface Step {
  readonly type: StepType;
  readonly id: string | null;
  readonly title: string | null;
  /** Its own part of a step path: its id, or `log#0` by type and place among its siblings. */
  readonly name: string;
  readonly at: Position;
  /** Skipped when false. Null also on types whose `if` is the test itself. */
  readonly if: Expression | null;
  /** Milliseconds for one attempt. */
  readonly timeout: number | null;
  readonly retry: Retry;
  readonly onError: "fail" | "continue" | Branch;
  /** Its configuration for one turn: templates evaluated, checked by the type's schema. */
  readonly configure: (scope: Scope) => unknown;
  /** Whether that is JSON through and through: no expressions or steps of its own in it. */
  readonly plain: boolean;
}

/** A list of steps, one after another. */
export type Branch = readonly Step[];

/** How often a failed step is tried again. Milliseconds. */
export interface Retry {
  /** Counts the first. */
  readonly attempts: number;
  readonly delay: number;
  readonly factor: number;
  readonly maxDelay: number;
}

/** A way out of a step. `end` ends the run from any depth; `response` is what the client is answered. */
export type Outcome =
  | { readonly go: "on"; readonly result: Json }
  | {
      readonly go: "end";
      readonly status: "succeeded" | "failed";
      readonly result: Json;
      readonly response?: WorkflowResponse;
      /** Whether it is this very step that said no: its record is `failed` then, not `succeeded`. */
      readonly refused?: boolean;
    };

/** What a `response` step answers. A body that is a string is text/plain, else JSON. */
export interface WorkflowResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** What a step may do and know while it runs. */
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
  /** Walks a branch of this step. Rejects when one of its steps fails for good, or the signal is aborted. */
  readonly walk: (branch: Branch, place: BranchPlace) => Promise<Outcome>;
  /** Evaluates an expression of this step, with more names if it binds some. */
  readonly evaluate: (expression: Expression, names?: Readonly<Record<string, Json>>) => Json;
  /** Adds a message to the run. */
  readonly say: (message: string) => void;
  /** Declares or assigns `vars.<name>`. */
  readonly assign: (name: string, value: Json) => void;
  /** Sets the run's result. */
  readonly output: (value: Json) => void;
  /**
   * Something that must stay as it was decided the first time when the run is resumed: a branch, a time, an id. Where
   * runs are resumed it is committed before the promise resolves, and the step must not act on it before.
   */
  readonly remember: <T extends Json>(name: string, decide: () => T) => T | Promise<T>;
  /** Waits, durably where runs are resumed: then it throws a `Suspension`, and the step is run again when time is over. */
  readonly waitUntil: (time: Date) => Promise<void>;
  /**
   * Runs another workflow, as this one runs: waited for or queued. Gives its output, or null when it is not waited for.
   * Its messages join this run's.
   * @throws {StepError} `UNKNOWN_WORKFLOW`, `DEPTH_EXCEEDED`, `SUBFLOW_FAILED`
   */
  readonly subflow: (workflow: string, input: Json, wait: boolean) => Promise<Json>;
  /** The request on its way, that `set-request` changes. Null but in a pre-action. */
  readonly request: RequestDraft | null;
  /** The answer on its way, that `set-response` changes. Null but in a sync post-action. */
  readonly response: ResponseDraft | null;
  /** The caller, for what is done in its name; null where nobody waits. */
  readonly caller: Caller | null;
  /** Header pairs that every request of the run carries. */
  readonly outgoing: Readonly<Record<string, string>>;
  readonly services: StepServices;
}

/** Where a nested branch stands, by `at` or by `turn`, and the names it binds. */
export interface BranchPlace {
  /** Its part of the path: `then`, `cases[1]`. */
  readonly at?: string;
  /** Of a loop, from 0: stands behind the step's own name, `turns[2]`. */
  readonly turn?: number;
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
}

/** The world outside a workflow, handed to steps so that a test can hand in another. */
export interface StepServices {
  readonly records: Records;
  readonly outbound: Outbound;
  readonly subflows: Subflows;
  readonly log: Log;
  /** Makes a value fit for the log. */
  readonly redact: Redact;
}

/** A row of the table of step types. */
export interface StepType<C = unknown> {
  readonly type: string;
  readonly title: string;
  /** Markdown for the reference: what it does. */
  readonly about: string;
  /** What its result is, for the reference. */
  readonly result: string;
  /** Whether it changes something outside the run. Decides if a caller must be known, and when a run is recorded. */
  readonly acts: boolean;
  /** Whether one turn of it, as configured, does no more than look: so that a run that only observes may do it. */
  readonly looks: (config: C) => boolean;
  /** The trigger types it makes sense in; null: all. */
  readonly triggers: readonly string[] | null;
  /** Names that it binds for its own steps, by its configuration as written: `each`. */
  readonly binds: (raw: JsonObject) => readonly string[];
  /** Names of variables that are known after it. */
  readonly declares: (raw: JsonObject) => readonly string[];
  /** How long the run waits at it, in milliseconds, as it is written; null: not at all, or that is yet to be computed. */
  readonly waits: (raw: JsonObject) => number | null;
  /** What of it, as it is written, makes sense only where somebody waits for the run; null: nothing. */
  readonly syncOnly: (raw: JsonObject) => SyncOnly | null;
  /** The other workflow that it runs, as it is written; null: none. */
  readonly runs: (raw: JsonObject) => RunsWorkflow | null;
  /** Its own keys, without `id`, `if`, `timeout`, `retry`, `onError`. A key `if` here is the test itself. */
  readonly config: z.ZodType<C>;
  readonly run: (config: C, context: StepContext) => Outcome | Promise<Outcome>;
}

/** Something about a step that makes sense only where somebody waits for the run. */
export interface SyncOnly {
  /** The key of the step that says it: `as`. */
  readonly key: string;
  /** Half a sentence: `nobody waits for this workflow whom it could answer`. */
  readonly why: string;
}

/** A workflow that a step runs. */
export interface RunsWorkflow {
  /** Its key, or a template. */
  readonly workflow: string;
  /** Whether the step waits for its end. */
  readonly wait: boolean;
}

/** All step types, by `type`. */
export type StepTypes = ReadonlyMap<string, StepType>;

/** Words of a step type; `run` gets what its own schema returned. */
export interface StepDefinition<S extends z.ZodType> {
  readonly type: string;
  readonly title: string;
  readonly about: string;
  readonly result: string;
  readonly acts?: boolean;
  readonly looks?: (config: z.output<S>) => boolean;
  readonly triggers?: readonly string[];
  readonly binds?: (raw: JsonObject) => readonly string[];
  readonly declares?: (raw: JsonObject) => readonly string[];
  readonly waits?: (raw: JsonObject) => number | null;
  readonly syncOnly?: (raw: JsonObject) => SyncOnly | null;
  readonly runs?: (raw: JsonObject) => RunsWorkflow | null;
  readonly config: S;
  readonly run: (config: z.output<S>, context: StepContext) => Outcome | Promise<Outcome>;
}

/** Makes a row of the table. The config that reaches `run` has been through `config`. */
export function defineStep<S extends z.ZodType>(definition: StepDefinition<S>): StepType {
  const { run, acts = false, triggers = null, binds = none, declares = none } = definition;
  const { waits = nothing, syncOnly = nothing, runs = nothing } = definition;
  const { looks = () => !acts, ...words } = definition;
  return {
    ...words,
    acts,
    triggers,
    binds,
    declares,
    waits,
    syncOnly,
    runs,
    looks: (config) => looks(config as z.output<S>),
    run: (config, context) => run(config as z.output<S>, context),
  };
}

const none = () => [];
const nothing = () => null;

/** What a place in a step's configuration holds, where it is not plain values with templates. */
export type Held = "expression" | "turn expression" | "steps" | "literal" | "url" | "template";

/**
 * Marks schemas whose places are compiled otherwise than as templates: `expression` a bare one, `turn expression` one that
 * sees the names the step binds, `steps` a list of steps, `literal` text that is never scanned, `url` a template that
 * remembers whether its origin was literal, `template` one that whoever reads the configuration evaluates itself.
 */
export const held = z.registry<{ holds: Held }>();

const present = (value: unknown) => value !== undefined;

/** A bare expression in a step's configuration. */
export const expression = z.custom<Expression>(present).register(held, { holds: "expression" });

/** A bare expression that is evaluated each turn, with the names of the turn. */
export const turnExpression = z
  .custom<Expression>(present)
  .register(held, { holds: "turn expression" });

/** A list of steps inside a step. */
export const steps = z.custom<Branch>(present).register(held, { holds: "steps" });

/** Text that is taken as it is: a program in another language. */
export const literal = z.string().min(1).register(held, { holds: "literal" });

/** A URL that may be a template, and whether its origin stands there as written. */
export interface ConfiguredUrl {
  readonly url: string;
  /** False when an expression computed the scheme, host or port. */
  readonly literalOrigin: boolean;
}

/** What is written out must be a URL; what an expression computes is judged when it is called. */
const isUrlIfText = (value: unknown) =>
  typeof value === "string"
    ? URL.canParse(value) && /^https?:/i.test(value)
    : typeof value === "object" && value !== null;

/** A URL in a step's configuration. */
export const url = z
  .custom<ConfiguredUrl>(isUrlIfText, { error: "should be a URL: https://api.example.com/v1" })
  .register(held, { holds: "url" });

/**
 * Thrown through a step that can't go on now: the run waits, and takes no place meanwhile. No step may catch it; none of its
 * records is written. Later the run is walked again, from what was committed.
 */
export class Suspension extends Error {
  override readonly name = "Suspension";
  /** When to go on; null: when the child has ended. */
  readonly until: Date | null;
  readonly child: string | null;

  constructor(until: Date | null, child: string | null = null) {
    super("The run waits");
    this.until = until;
    this.child = child;
  }
}

/** A step that went wrong. */
export class StepError extends Error {
  override readonly name = "StepError";
  /** Stable, in capitals: `REQUEST_FAILED`. */
  readonly code: string;
  /** Whether trying again may help. */
  readonly retryable: boolean;
  /** What a `Retry-After` asks for, in milliseconds. */
  readonly retryAfter: number | null;

  constructor(code: string, message: string, options: StepErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryable = options.retryable ?? true;
    this.retryAfter = options.retryAfter ?? null;
  }
}

/** Beside the message of a `StepError`. */
export interface StepErrorOptions extends ErrorOptions {
  readonly retryable?: boolean;
  readonly retryAfter?: number | null;
}

/** The error as an `onError` list sees it, and as the history keeps it. */
export interface StepFailure extends JsonObject {
  readonly message: string;
  readonly code: string;
  /** The path of the step that failed. */
  readonly step: string;
}
