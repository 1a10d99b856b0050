import { z } from "zod";
import { duration } from "../../model/duration.ts";
import { count, flag, numberWithin, section, text } from "./field-types.ts";

/** What stands under a workflow's key. Its trigger and its steps are checked by their types' own schemas. */
export const workflowSchema = z.strictObject({
  title: text.nullable().default(null),
  enabled: flag.default(true),
  timeout: duration.optional(),
  trigger: z.looseObject({ type: text }),
  steps: z.array(z.unknown()),
});

/** What every step may have beside the keys of its type; `type`, `if` and `onError` are compiled apart. SPEC, section 11. */
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
