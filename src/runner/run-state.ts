import type { Scope } from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import type { RunStart, RunWatch } from "../model/run.ts";
import type { StepLimits, StepServices } from "../model/step.ts";
import type { Sleep } from "./sleep.ts";

/** What a runner needs of the world. */
export interface RunnerParts {
  readonly services: StepServices;
  /** `result`: bytes that one step's result may have as JSON. */
  readonly limits: StepLimits & { readonly result: number };
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
  /** What `secrets.NAME` reads; asked once a run. */
  readonly secrets: () => Readonly<Record<string, string>>;
  /** Waits between attempts. Default: by the clock. */
  readonly sleep?: Sleep;
}

/** One run while it is walked. */
export interface RunState {
  readonly parts: RunnerParts;
  readonly start: RunStart;
  readonly watch: RunWatch | undefined;
  readonly sleep: Sleep;
  /** What `steps` is in its expressions: results by id. */
  readonly results: Record<string, Json>;
  /** What `vars` is. */
  readonly vars: Record<string, Json>;
  readonly messages: string[];
  /** What an `output` step gave last; null without one. */
  output: Json;
  /** Stops the run: no step of it catches this. For what is no step's fault. */
  readonly halt: (reason: Error) => void;
  /** When the event loop last had its turn, by the monotonic clock. */
  breathed: number;
}

/** Where a branch is walked. */
export interface Frame {
  /** Before the names of its steps: `check.then.`, or nothing. */
  readonly prefix: string;
  readonly scope: Scope;
  /** The run's, or that of the timeout of a step around. */
  readonly signal: AbortSignal;
}
