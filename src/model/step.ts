import type { Expression, Scope } from "./expression.ts";
import type { Json } from "./json.ts";
import type { Position } from "./position.ts";
import type { StepType } from "./step-type.ts";

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

/** The answer of a `response` step. A body that is a string is text/plain, else JSON. */
export interface WorkflowResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}
