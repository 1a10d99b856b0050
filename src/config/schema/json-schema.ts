import { z } from "zod";
import { workflowTestFile } from "../../model/workflow-test.ts";
import { type FieldKind, fieldKinds } from "../../model/compiled-fields.ts";
import type { StepType, StepTypes } from "../../model/step-type.ts";
import type { ApiPresets } from "../../model/upstream-api.ts";
import type { TriggerType, TriggerTypes } from "../../model/workflow.ts";
import { fileSchema } from "./file.ts";
import { inWords } from "./in-words.ts";
import { stepSchema, workflowSchema } from "./workflow.ts";

/** A JSON Schema, or a part of one. */
type Schema = Record<string, unknown>;

/** The tables that the configuration is made of. */
interface SchemaParts {
  readonly stepTypes: StepTypes;
  readonly triggerTypes: TriggerTypes;
  readonly presets: ApiPresets;
}

/**
 * The JSON Schema (2020-12) of gateway.yaml, for editors: made from the schemas that the configuration is checked with, their
 * words and defaults. A value may also be a text with `${NAME}` or `${{ … }}` in it. What `check` finds beyond shapes, such as
 * unknown names in expressions, no schema can say.
 */
export function configJsonSchema({ stepTypes, triggerTypes, presets }: SchemaParts): Schema {
  const file = inWords(shapeOf(fileSchema(presets, "/", () => Buffer.alloc(0))), "");
  const {
    steps: _steps,
    trigger: _trigger,
    ...more
  } = propertiesOf(inWords(shapeOf(workflowSchema), "workflows.<name>."));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "The configuration of Sidehook: gateway.yaml",
    ...file,
    properties: {
      ...propertiesOf(file),
      workflows: {
        description: "Workflows by key: letters, digits, _ and -.",
        type: "object",
        propertyNames: { pattern: "^[A-Za-z0-9_-]+$" },
        additionalProperties: { $ref: "#/$defs/workflow" },
      },
    },
    $defs: {
      workflow: {
        type: "object",
        properties: { ...more, trigger: { $ref: "#/$defs/trigger" }, steps: STEPS },
        required: ["trigger", "steps"],
        additionalProperties: false,
      },
      steps: { type: "array", items: { $ref: "#/$defs/step" } },
      trigger: oneByType([...triggerTypes.values()].map(triggerOf)),
      step: oneByType([...stepTypes.values()].map(stepOf)),
    },
  };
}

/** The JSON Schema (2020-12) of a file of tests, for editors. */
export const testsJsonSchema = (): Schema => ({
  title: "Tests of Sidehook's workflows",
  ...z.toJSONSchema(workflowTestFile, { io: "input", unrepresentable: "any" }),
});

const STEPS = { $ref: "#/$defs/steps" };

/** One of several mappings, told apart by `type`, so that an editor tells only of the one that is meant. */
const oneByType = (all: readonly { type: string; schema: Schema }[]): Schema => ({
  type: "object",
  properties: { type: { enum: all.map(({ type }) => type) } },
  required: ["type"],
  allOf: all.map(({ type, schema }) => ({
    if: { properties: { type: { const: type } }, required: ["type"] },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: schema,
  })),
});

function triggerOf({ type, title, about, config }: TriggerType): { type: string; schema: Schema } {
  const own = shapeOf(config);
  const properties = { ...propertiesOf(own), type: { const: type, title, description: about } };
  return { type, schema: { ...own, title, description: about, properties } };
}

function stepOf({ type, title, about, config }: StepType): { type: string; schema: Schema } {
  const own = shapeOf(config);
  const common = {
    ...propertiesOf(inWords(shapeOf(stepSchema), "workflows.<name>.steps[].")),
    type: { const: type, title, description: about },
    if: { ...TEXT, description: "The step is skipped where it is false." },
    onError: {
      description: "What follows when the step fails for good.",
      anyOf: [{ enum: ["fail", "continue"] }, STEPS],
    },
  };
  const schema = {
    ...own,
    title,
    description: about,
    properties: { ...common, ...propertiesOf(own) },
  };
  return { type, schema };
}

/** An expression may be written as a number or as true, which YAML does not read as texts. */
const TEXT = { type: ["string", "number", "boolean"] };

const SHAPES: Readonly<Record<FieldKind, Schema>> = {
  test: TEXT,
  "turn test": TEXT,
  range: {},
  steps: STEPS,
  literal: { type: "string" },
  program: { type: "string" },
  schema: { type: ["object", "boolean"] },
  url: { type: "string" },
  template: TEXT,
};

/** What may be written, as JSON Schema. */
function shapeOf(schema: z.ZodType): Schema {
  const {
    $schema: _,
    $defs: _defs,
    ...shape
  } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      const kind = fieldKinds.get(zodSchema as unknown as z.ZodType)?.holds;
      if (kind !== undefined) Object.assign(jsonSchema, SHAPES[kind]);
      if (isPreprocessed(zodSchema)) shorter(jsonSchema);
      // A name of zod's own, whose pattern stands beside it.
      if (jsonSchema.format === "starts_with") delete jsonSchema.format;
    },
  });
  return withTemplates(shape, true);
}

/** Whether a value may also be written in a way that is turned into the right one. */
const isPreprocessed = (schema: z.core.$ZodTypes): boolean =>
  schema instanceof z.ZodPipe && schema.in instanceof z.ZodTransform;

/** A mapping that is preprocessed may be left empty, or written as a word: `api: rest`. */
function shorter(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.type !== "object" && schema.type !== "array") return;
  const { description: _description, default: _default, ...whole } = schema;
  for (const key of Object.keys(whole)) delete schema[key];
  schema.anyOf = [whole, { type: ["string", "null"] }];
}

/** Numbers, flags, words and lists may also be written as a text that gives one. */
function withTemplates(schema: Schema, isWhole = false): Schema {
  // What refers to itself is any JSON.
  if (String(schema["$ref"]).startsWith("#/$defs/__")) {
    const { $ref: _, ...words } = schema;
    return words;
  }
  const inner: Schema = {};
  for (const [name, value] of Object.entries(schema)) inner[name] = innerOf(name, value);
  const { description, default: byDefault, ...rest } = inner;
  if (isWhole || !needsTemplate(rest)) return inner;
  return {
    ...(description !== undefined && { description }),
    ...(byDefault !== undefined && { default: byDefault }),
    anyOf: [rest, { type: "string", pattern: "\\$\\{" }],
  };
}

function innerOf(name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (name === "properties") {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, withTemplates(one as Schema)]),
    );
  }
  if (["anyOf", "allOf", "oneOf"].includes(name)) {
    return (value as Schema[]).map((one) => withTemplates(one, true));
  }
  return ["items", "additionalProperties"].includes(name) ? withTemplates(value as Schema) : value;
}

const needsTemplate = ({ type, enum: words, anyOf }: Schema): boolean =>
  words !== undefined ||
  anyOf !== undefined ||
  ["number", "integer", "boolean", "array", "object"].includes(String(type));

const propertiesOf = (schema: Schema): Readonly<Record<string, Schema>> =>
  (schema["properties"] ?? {}) as Readonly<Record<string, Schema>>;
