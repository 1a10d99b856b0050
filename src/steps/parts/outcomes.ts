import type { Json } from "../../model/json.ts";
import type { Outcome } from "../../model/step.ts";

/** On to the next step. */
export const on = (result: Json): Outcome => ({ go: "on", result });

/** The outcome of a step that has walked a branch: its own result, and the end of the run if the branch came to one. */
export const after = (branch: Outcome, result: Json): Outcome =>
  branch.go === "end" ? { ...branch, result, refused: false } : on(result);
