import { z } from "zod";
import { GatewayError } from "../model/errors.ts";
import type { RunQuery } from "../model/history.ts";
import { didYouMean } from "../model/nearest.ts";
import { RUN_STATUSES } from "../model/run.ts";

/** One to five hundred, in digits. */
const LIMIT = /^([1-9]\d?|[1-4]\d\d|500)$/;

const oneKey = { error: "workflow should be the key of one workflow" };
const oneRun = (name: string) => {
  const wrong = { error: `${name} should be the id of a run` };
  return z.uuid(wrong).toLowerCase();
};
const aTime = (name: string) => {
  const wrong = { error: `${name} should be a time in ISO 8601: 2026-03-04T05:06:07Z` };
  const text = z.union([z.iso.datetime({ offset: true }), z.iso.date()], wrong);
  return text.transform((time) => new Date(time));
};
const oneType = { error: "trigger should be one type of trigger, such as pre-action" };
const aText = { error: "error should be a text that the errors have in them" };
const inBounds = { error: "limit should be a number from 1 to 500" };

const schema = z.strictObject({
  status: z.enum(RUN_STATUSES, { error: ({ input }) => unknownStatus(input) }).optional(),
  workflow: z.string(oneKey).min(1, oneKey).optional(),
  trigger: z.string(oneType).min(1, oneType).optional(),
  error: z.string(aText).min(1, aText).optional(),
  parent: oneRun("parent").optional(),
  since: aTime("since").optional(),
  until: aTime("until").optional(),
  before: oneRun("before").optional(),
  limit: z.string(inBounds).regex(LIMIT, inBounds).default("50").transform(Number),
});

function unknownParameter(name: string): string {
  const known = Object.keys(schema.shape);
  const hint = didYouMean(name, known) || `; there are ${known.join(", ")}`;
  return `unknown parameter "${name}"${hint}`;
}

function unknownStatus(input: unknown): string {
  const near = typeof input === "string" ? didYouMean(input, RUN_STATUSES) : "";
  return near === ""
    ? `status should be one of ${RUN_STATUSES.join(", ")}`
    : `unknown status "${String(input)}"${near}`;
}

/**
 * Reads the query of `GET /runs`.
 *
 *     { status: "failed", limit: "2" } → { status: "failed", limit: 2 }
 *     {}                               → { limit: 50 }
 *
 * @param query as Node's `querystring` gives it: texts, lists of texts for what is there twice
 * @throws {GatewayError} BAD_REQUEST that says of all that is wrong what would be right
 */
export function runQueryOf(query: unknown): RunQuery {
  const { data, error } = schema.safeParse(query);
  if (data) return data;
  const messages = error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map(unknownParameter) : [issue.message],
  );
  throw new GatewayError("BAD_REQUEST", messages.join("; "));
}
