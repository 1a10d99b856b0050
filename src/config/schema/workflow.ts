import { z } from "zod";
import { template } from "../../model/compiled-fields.ts";
import { duration } from "../../model/duration.ts";
import { count, flag, numberWithin, section, text } from "./field-types.ts";

/** Templates over `trigger`, compiled with its fields. Null: one key for all. */
const key = template.nullable().default(null);

/** The keys of a workflow that control the traffic which causes runs. See docs/workflows.md, "How many at once". */
export const trafficSchemas = {
  concurrency: z
    .strictObject({ key, limit: count.default(1) })
    .nullable()
    .default(null),
  debounce: z.strictObject({ key, for: duration }).nullable().default(null),
  rate: z.strictObject({ limit: count, per: duration, key }).nullable().default(null),
};

/** The value under a workflow's key. Its trigger and its steps are checked by their types' own schemas. */
export const workflowSchema = z.strictObject({
  title: text.nullable().default(null),
  enabled: flag.default(true),
  timeout: duration.optional(),
  ...trafficSchemas,
  onFailure: text.nullable().default(null),
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
