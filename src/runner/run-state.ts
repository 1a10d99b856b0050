import type { Scope } from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import type { LazySignal } from "../model/lazy-signal.ts";
import type { RunSpent, RunStart, RunWatch } from "../model/run.ts";
import type { StepLimits, StepServices } from "../model/step-context.ts";
import type { Subflows } from "../model/subflows.ts";
import type { AroundStep } from "../model/tracing.ts";
import type { WaitPlace } from "../model/wait-answer.ts";
import type { Cut } from "./deadline.ts";
import type { Journal } from "./journal.ts";
import type { Sleep } from "./sleep.ts";

/** The parts of the gateway that a runner uses. */
export interface RunnerParts {
  readonly services: StepServices;
  /** Not among the services: a step runs a workflow by its context, which counts the depth. */
  readonly subflows: Subflows;
  readonly limits: StepLimits & RunLimits;
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
  /** What the random values of one run follow from. Default: random itself. */
  readonly seed?: () => string;
  /** The values of `secrets.NAME`; asked once a run. */
  readonly secrets: () => Readonly<Record<string, string>>;
  /** The value of `Workflow-Depth` for requests that so many workflows stand above. */
  readonly signDepth: (depth: number) => string;
  /** The address that resumes a run at a step `wait`. */
  readonly resumeUrl?: (place: WaitPlace) => string;
  /** Does an attempt of a step; null: just so. */
  readonly aroundStep?: AroundStep | null;
  /** Waits between attempts. Default: by the clock. */
  readonly sleep?: Sleep;
}

/** Limits of one run. */
interface RunLimits {
  /** Attempts of steps. */
  readonly steps: number;
  /** Bytes that one step's result may have as JSON. */
  readonly result: number;
  /** Bytes that are recorded of it. */
  readonly record: number;
}

/** One run while it is walked. */
export interface RunState {
  readonly parts: RunnerParts;
  /** Those of the parts; what they show hides the run's own secrets, too. */
  readonly services: StepServices;
  readonly start: RunStart;
  readonly watch: RunWatch | undefined;
  /** The journal of a run that can be resumed; null for a run that a client waits for. */
  readonly journal: Journal | null;
  readonly sleep: Sleep;
  /** `steps` in its expressions: results by id. */
  readonly results: Record<string, Json>;
  /** `vars` in its expressions. */
  readonly vars: Record<string, Json>;
  readonly messages: string[];
  /** The value of the last `output` step; undefined without one. */
  output: Json | undefined;
  /** Its random values follow from this; null until one is asked for. */
  seed: string | null;
  /** Stops the run: no step of it catches this. For failures that no step has caused. */
  readonly halt: (reason: Error) => void;
  /** Why the run was halted: then nothing of it is committed any more. */
  halted: Error | null;
  /** Resolves when the last that was written to the journal is committed, and all before it; null: nothing was written. */
  uncommitted: Promise<void> | null;
  /** Ends the run with the status of the reason: no step of it catches this. */
  readonly cut: (reason: Cut) => void;
  /** The limit that the run has exceeded; null while it has not. */
  exceeded: Cut | null;
  readonly spent: RunSpent;
  /** Branches that let others have their turn now. */
  yielding: number;
  /** Resolves when all branches of a resumed run have walked through their recorded steps; null for other runs. */
  replayed: Promise<void> | null;
  /** Branches that are walked side by side. */
  activeBranches: number;
  /** Those of them that wait, by what suspends them. */
  readonly waiting: Set<() => void>;
}

/** Where a branch is walked. */
export interface Frame {
  /** Before the names of its steps: `check.then.`, or nothing. */
  readonly prefix: string;
  readonly scope: Scope;
  /** The run's, or that of the timeout of a step around. */
  readonly signal: LazySignal;
  /** Which attempts of the steps around are under way, outermost first: `.1.2`. */
  readonly round: string;
}
