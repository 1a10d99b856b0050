import { z } from "zod";
import { duration } from "../../model/duration.ts";
import { count, flag, numberWithin, section, text } from "./field-types.ts";

/** The value under a workflow's key. Its trigger and its steps are checked by their types' own schemas. */
export const workflowSchema = z.strictObject({
  title: text.nullable().default(null),
  enabled: flag.default(true),
  timeout: duration.optional(),
  trigger: z.looseObject({ type: text }),
  steps: z.array(z.unknown()),
});

/**
 * The keys that every step may have beside those of its type. `type`, `if` and `onError` are compiled apart.
 * See docs/workflows.md, "What every step may have".
 */
export const stepSchema = z.strictObject({
  id: z.string().nullable().default(null),
  title: text.nullable().default(null),
  timeout: duration.nullable().default(null),
  retry: section(
    z.strictObject({
      attempts: count.default(1),
      delay: duration.prefault("1s"),
      factor: numberWithin(1, 10).default(2),
      maxDelay: duration.prefault("30s"),
    }),
  ),
});
