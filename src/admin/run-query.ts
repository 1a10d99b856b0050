import { z } from "zod";
import { GatewayError } from "../model/errors.ts";
import type { RunQuery } from "../model/history.ts";
import { didYouMean } from "../model/nearest.ts";
import { RUN_STATUSES } from "../model/run.ts";

const schema = z.strictObject({
  status: z.enum(RUN_STATUSES, { error: ({ input }) => unknownStatus(input) }).optional(),
  workflow: z.string({ error: "workflow should be one key" }).min(1).optional(),
  before: z.uuid({ error: "before should be a run id" }).optional(),
  limit: z
    .string({ error: "limit should be a number from 1 to 500" })
    .regex(/^\d{1,3}$/, { error: "limit should be a number from 1 to 500" })
    .default("50")
    .transform(Number)
    .pipe(
      z
        .number()
        .min(1, { error: "limit should be a number from 1 to 500" })
        .max(500, { error: "limit should be a number from 1 to 500" }),
    ),
});

function unknownStatus(input: unknown): string {
  const near = typeof input === "string" ? didYouMean(input, RUN_STATUSES) : "";
  return near === ""
    ? `status should be one of ${RUN_STATUSES.join(", ")}`
    : `unknown status "${String(input)}"${near}`;
}

/** Reads the query of `GET /runs`. @throws {GatewayError} BAD_REQUEST that says what would be right */
export function runQueryOf(query: unknown): RunQuery {
  const { data, error } = schema.safeParse(query);
  if (data) return data;
  const messages = error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map(
          (key) => `unknown parameter "${key}"${didYouMean(key, Object.keys(schema.shape))}`,
        )
      : [issue.message],
  );
  throw new GatewayError("BAD_REQUEST", messages.join("; "));
}
