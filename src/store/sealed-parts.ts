import type { Note } from "../model/run.ts";
import type { deliveryId } from "./queue-rows.ts";
import type { StepRow } from "./rows.ts";
import type { Bound } from "./seal.ts";

/** What each sealed text belongs to: a run or a delivery, and which part of it. */
export const partOf = {
  trigger: (of: string): Bound => ({ of, part: "trigger" }),
  definition: (of: string): Bound => ({ of, part: "definition" }),
  step: (of: string, { path, attempt }: Pick<StepRow, "path" | "attempt">): Bound => ({
    of,
    part: `step ${path} ${attempt}`,
  }),
  note: (of: string, { path, name }: Pick<Note, "path" | "name">): Bound => ({
    of,
    part: `note ${path} ${name}`,
  }),
  output: (of: string): Bound => ({ of, part: "output" }),
  answer: ({ workflow, digest }: ReturnType<typeof deliveryId>): Bound => ({
    of: `${workflow} ${digest}`,
    part: "answer",
  }),
};
