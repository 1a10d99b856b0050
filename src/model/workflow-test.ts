import { z } from "zod";
import { isHeaderName, isHeaderValue } from "./headers.ts";
import { type Json, type JsonObject, isJsonObject } from "./json.ts";

const json = z.custom<Json>((value) => value !== undefined).meta({});
const jsonObject = z.custom<JsonObject>(isJsonObject, { error: "should be a mapping" });
const text = z.string().min(1);
const status = z.number().int().min(100).max(599);
const headerName = z.string().refine(isHeaderName, { error: "is not a valid header name" });
const headers = z.record(
  headerName,
  z.string().refine(isHeaderValue, { error: "is not a valid header value" }),
);
const path = z
  .string()
  .regex(/^\/[!-~]*$/, { error: "should begin with / and hold no blanks: /posts/1?sort=id" });

/** Who sends the request, in place of what `identity` finds out. */
const caller = {
  user: jsonObject
    .nullable()
    .optional()
    .describe("`trigger.user`; null: nobody. Left out: as `identity` finds out."),
  roleName: text.optional().describe("`trigger.roleName`."),
};

const request = z.strictObject({
  method: z
    .string()
    .regex(/^[A-Z]+$/, { error: "should be a method in capitals: POST" })
    .default("GET")
    .describe("The method."),
  path: path.describe("The path, with its query."),
  headers: headers.default({}).describe("Headers."),
  body: json.optional().describe("The body: a text is sent as it is, anything else as JSON."),
  ...caller,
});

const run = z.strictObject({
  workflow: text.describe("The workflow's key."),
  trigger: jsonObject.default({}).describe("What its steps see as `trigger`."),
});

const failure = z.union([
  text,
  z.strictObject({
    message: text,
    code: text.default("MOCKED").describe("The code that `error.code` gives."),
    retryable: z.boolean().default(true).describe("Whether another attempt may help."),
  }),
]);

const mock = z.union([z.strictObject({ result: json }), z.strictObject({ error: failure })]);

const upstreamAnswer = z.strictObject({
  method: z.string().optional().describe("Only requests of this method get it."),
  path: path.optional().describe("Only requests for this path get it, whatever their query."),
  status: status.default(200).describe("The status."),
  headers: headers.default({}).describe("Headers."),
  body: json.optional().describe("The body: a text is sent as it is, anything else as JSON."),
});

const expectedStep = z
  .strictObject({
    status: text.optional().describe("`succeeded`, `failed`, `errored`, `skipped`, …"),
    result: json.optional().describe("A part of its result."),
    input: json.optional().describe("A part of its input."),
    error: text.optional().describe("A part of its error's message, or its code."),
    attempts: z.number().int().min(1).optional().describe("How often it was tried."),
  })
  .nullable();

const expectation = z.strictObject({
  status: status.optional().describe("The status of the answer."),
  headers: z
    .record(headerName, z.string().nullable())
    .optional()
    .describe("Headers of the answer; null: it is not there."),
  body: json.optional().describe("A part of the body."),
  forwarded: z
    .strictObject({
      method: z.string().optional(),
      path: path.optional().describe("Without a query: whatever its query is."),
      headers: z.record(headerName, z.string().nullable()).optional(),
      body: json.optional().describe("A part of the body."),
    })
    .nullable()
    .optional()
    .describe("The request as the upstream gets it; null: it gets none."),
  runs: z
    .record(text, z.union([text, z.array(text)]).nullable())
    .optional()
    .describe("The status of a workflow's runs, or one a run; null: it does not run."),
  steps: z
    .record(text, expectedStep)
    .optional()
    .describe("What became of steps, by id or path; null: it is not reached."),
});

/** One test of workflows, as it is written. See docs/testing.md. */
export const workflowTest = z
  .strictObject({
    name: text.describe("What holds, as a sentence."),
    request: request.optional().describe("What a client sends."),
    run: run.optional().describe("A workflow to run by itself, in place of a request."),
    ...caller,
    time: z.iso
      .datetime({ offset: true, error: "should be a time: 2026-03-01T12:00:00Z" })
      .optional()
      .describe("The time at which all of it happens."),
    seed: z
      .union([text, z.number()])
      .optional()
      .describe("What random values follow from, so that they are the same each time."),
    steps: z
      .record(text, z.union([mock, z.array(mock).min(1)]))
      .default({})
      .describe("What steps give in place of what they do, by id or path; a list: one a turn."),
    upstream: z
      .union([upstreamAnswer, z.array(upstreamAnswer).min(1)])
      .optional()
      .describe("What the upstream answers."),
    expect: expectation.describe("What is to come of it."),
  })
  .refine(({ request: asked, run: by }) => (asked === undefined) !== (by === undefined), {
    error: "a test takes a request, or a run of a workflow",
    when: ({ value }) => typeof value === "object" && value !== null,
  });

/** A file of tests. */
export const workflowTestFile = z.strictObject({
  tests: z.array(workflowTest).describe("The tests."),
});

/** See `workflowTest`. */
export type WorkflowTest = z.infer<typeof workflowTest>;

/** What is to come of a test. */
export type Expectation = z.infer<typeof expectation>;

/** What a step gives in place of what it does. */
export type Mock = z.infer<typeof mock>;

/** See `upstream` of `workflowTest`. */
export type UpstreamAnswers = NonNullable<WorkflowTest["upstream"]>;
