import type { Json } from "../../model/json.ts";
import type { Outcome } from "../../model/step.ts";

/** On to the next step. */
export const on = (result: Json): Outcome => ({ go: "on", result });

/** The outcome of a step that has walked a branch: its own result, and the end of the run if the branch came to one. */
export const after = (branch: Outcome, result: Json): Outcome =>
  branch.go === "end" ? { ...branch, result, refused: false } : on(result);

/** Goes on with the remembered value: at once, or when it is committed. */
export const once = <T, R>(
  remembered: T | Promise<T>,
  goOn: (value: T) => R | Promise<R>,
): R | Promise<R> => (remembered instanceof Promise ? remembered.then(goOn) : goOn(remembered));
