import type { Scope } from "./expression.ts";

/**
 * What a run decides once, however often its expressions are evaluated: on another attempt, after a wait, after a crash.
 * See docs/durability.md.
 */
export interface Decided {
  /** The time of the whole run: when it began. */
  readonly now: Date;
  /** A random UUID. Each call in a step gives another; the step's next attempt gives the same ones again, in order. */
  readonly uuid: () => string;
  /** The address that resumes the run at its step `wait` of this id. */
  readonly resumeUrl: (step: string) => string;
}

/** The name of these in a scope. It is a symbol, so that no expression can read them. */
export const DECIDED: unique symbol = Symbol("decided");

/** What a run has decided, of the scope of one of its steps. */
export function decidedIn({ [DECIDED]: decided }: Scope): Decided {
  if (decided === undefined) throw new Error("A scope outside a run has nothing decided");
  return decided;
}
