import { z } from "zod";

/** `PATCH /{collection}/{key}`: method, path, and a query if need be. An override may name the method alone: `PUT`. */
const requestTemplate = z.string().regex(/^[A-Z]+( \/.*)?$/, {
  error: 'should be a method, or a method and a path: "PATCH /{collection}/{key}"',
});

/**
 * How an upstream is spoken to. A preset is such a table; a configuration may override single facts of one.
 * Null says that the upstream has no request for it.
 */
export const apiFacts = z.strictObject({
  prefix: z.string().describe("Where collections live, on both sides."),
  list: requestTemplate,
  get: requestTemplate,
  create: requestTemplate,
  update: requestTemplate,
  destroy: requestTemplate,
  updateOrCreate: requestTemplate.nullable(),
  updateMany: requestTemplate.nullable().describe("Update of several keys, given in the body."),
  destroyMany: requestTemplate.nullable().describe("Destroy of several keys, given in the body."),
  otherActions: requestTemplate.describe(
    "Any other action name: `POST /{collection}:{action}/{key}`.",
  ),
  record: z
    .string()
    .describe("JSON pointer to the record or records in an answer: `/data`, or empty."),
  messages: z.enum(["header", "body"]).describe("Where messages go in an answer."),
  filter: z.enum(["fields", "json"]).describe("A list's filter: `?field=value`, or `?filter={…}`."),
  appends: z
    .enum(["foreign-key", "appends", "fields"])
    .describe("How associations are loaded along."),
});

/** See `apiFacts`. */
export type ApiFacts = z.infer<typeof apiFacts>;

/** The presets, by name. */
export type ApiPresets = ReadonlyMap<string, ApiFacts>;
