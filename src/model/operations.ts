import type { NewRun } from "./queue.ts";
import type { RunStatus } from "./run.ts";
import type { GivenAnswer, WaitOutcome, WaitPlace } from "./wait-answer.ts";

/** The result of an operation. */
export type OperationResult =
  | { readonly outcome: "done" }
  | { readonly outcome: "no such run" }
  /** The run is in a state in which that can't be done; nothing has changed. */
  | { readonly outcome: "wrong state"; readonly status: RunStatus };

/**
 * The operations that an operator may do on runs. Each is committed before it resolves.
 * All reject with a `GatewayError` of code STORE_UNAVAILABLE when that can't be done.
 * @see docs/operation.md, "Operations"
 */
export interface Operations {
  /**
   * Ends a run that is queued, waiting or running, and that no client waits for, as `canceled`; and with it the run that it
   * waits for, and so on. Later commits of its claim are `ClaimLost`. A run that waits for it can go on.
   */
  cancel(id: string): Promise<OperationResult>;
  /** Calls back with the id of each run that was canceled, when that is committed, so that whoever does it can stop. */
  onCancel(listener: (id: string) => void): void;
  /** An `unconfirmed` run is dealt with: it is `dismissed`. */
  dismiss(id: string): Promise<OperationResult>;
  /**
   * Commits a run as `queued` that is made once more of the run `replayOf`, which has ended or is `unconfirmed`. An
   * unconfirmed one, and one dismissed by hand, becomes `dismissed` with `replayedAs`, in the same transaction: so it is
   * replayed once.
   * @param run `replayOf` says of which
   * @param reused paths of the steps whose records the new run begins with, as if it had done them
   */
  replay(run: NewRun, reused?: readonly string[]): Promise<OperationResult>;
  /** A run that waits for a time goes on at once: the times to come that its notes hold are now. */
  resume(id: string): Promise<OperationResult>;
  /** Answers a step `wait`: committed with that, its run goes on. @param given null: only tells how the step stands */
  answer(place: WaitPlace, given: GivenAnswer | null): Promise<WaitOutcome>;
}
