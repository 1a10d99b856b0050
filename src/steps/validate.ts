import { z } from "zod";
import { schema } from "../model/compiled-fields.ts";
import { defineStep } from "../model/step-type.ts";
import { anyJson } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";

/** Checks a value by a JSON Schema. */
export const validate = defineStep({
  type: "validate",
  title: "Check by a schema",
  about:
    "Checks a value by a JSON Schema (2020-12). Each violation is a message with its path, 20 at most; then the run ends " +
    "as `failed`. The schema is checked when the configuration is loaded. The value is not changed: nothing is coerced or " +
    "filled in. Patterns are those of RE2, which take linear time.",
  result:
    "`{ valid, errors: [{ path, message, keyword }] }`: `lines[2].qty`, `lines[2].qty must be at least 1`, `minimum`.",
  defaultsIn: (trigger) => ({
    data: trigger === "webhook" ? "${{ trigger.body }}" : "${{ trigger.params.values }}",
  }),
  steers: (raw) => raw["onInvalid"] !== "continue",
  forResult: (raw) => raw["onInvalid"] === "continue",
  config: z.strictObject({
    data: anyJson.describe(
      "The value. Left out: `trigger.params.values`, in a webhook `trigger.body`.",
    ),
    schema: schema.describe(
      "The schema itself, `{ file: post.schema.json }` (JSON or YAML, beside gateway.yaml), or " +
        '`{ openapi: "#/components/schemas/Post" }`, a place in the document that `upstream.openapi` names.',
    ),
    onInvalid: z
      .enum(["fail", "continue"])
      .default("fail")
      .describe("`continue`: go on with the result, and add no messages."),
  }),

  run({ data, schema: checked, onInvalid }, { say }) {
    const errors = checked.violations(data);
    const result = { valid: errors.length === 0, errors };
    if (result.valid || onInvalid === "continue") return on(result);
    for (const { message } of errors) say(message);
    return { go: "end", status: "failed", result, refused: true };
  },
});
