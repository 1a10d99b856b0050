import type { Scope } from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import type { RunStart, RunWatch } from "../model/run.ts";
import type { Redact } from "../model/secrets.ts";
import type { StepLimits, StepServices } from "../model/step-context.ts";
import type { Kept } from "./kept.ts";
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
  /** The value of `Workflow-Depth` for requests that so many workflows stand above. */
  readonly signDepth: (depth: number) => string;
  /** Waits between attempts. Default: by the clock. */
  readonly sleep?: Sleep;
}

/** One run while it is walked. */
export interface RunState {
  readonly parts: RunnerParts;
  readonly start: RunStart;
  readonly watch: RunWatch | undefined;
  /** What a run is kept by that can be resumed; null for one that somebody waits for. */
  readonly kept: Kept | null;
  /** Makes a value what the history keeps of it, where the run sees no more than that; else leaves it as it is. */
  readonly redact: Redact;
  readonly sleep: Sleep;
  /** What `steps` is in its expressions: results by id. */
  readonly results: Record<string, Json>;
  /** What `vars` is. */
  readonly vars: Record<string, Json>;
  readonly messages: string[];
  /** What an `output` step gave last; undefined without one. */
  output: Json | undefined;
  /** Stops the run: no step of it catches this. For what is no step's fault. */
  readonly halt: (reason: Error) => void;
  /** Why the run was halted: then nothing of it is committed any more. */
  halted: Error | null;
  /** When the event loop last had its turn, by the monotonic clock. */
  breathed: number;
  /** Resolves when what a resumed run has done before is walked through in all of its branches. */
  readonly caughtUp: Promise<void> | null;
  /** Branches that are walked side by side. */
  walkers: number;
  /** Those of them that wait, by what suspends them. */
  readonly waiting: Set<() => void>;
}

/** Where a branch is walked. */
export interface Frame {
  /** Before the names of its steps: `check.then.`, or nothing. */
  readonly prefix: string;
  readonly scope: Scope;
  /** The run's, or that of the timeout of a step around. */
  readonly signal: AbortSignal;
  /** Which attempts of the steps around are under way, outermost first: `.1.2`. */
  readonly round: string;
}
