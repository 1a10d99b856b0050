import { checkProgram } from "../../src/sandbox/syntax.ts";
import { readFileSync } from "node:fs";
import { openSchemaFiles } from "../../src/config/compile/schema-files.ts";
import { jsonSchemas } from "../../src/schemas/compile.ts";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { type ConfigParts, loadConfig } from "../../src/config/load.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import type { WorkflowParts } from "../../src/config/compile/workflow.ts";
import { triggerTypes } from "../../src/triggers/index.ts";
import type { Config } from "../../src/model/config.ts";
import {
  type Compiled,
  type Expression,
  type ExpressionLanguage,
  NOTHING_TOLD,
  type Names,
  type Scope,
} from "../../src/model/expression.ts";
import type { Json } from "../../src/model/json.ts";
import { literal, range, steps, test, turnTest, url } from "../../src/model/compiled-fields.ts";
import { type StepTypes, defineStep } from "../../src/model/step-type.ts";
import { describeUpstream } from "../../src/openapi/describe.ts";
import { presets } from "../../src/proxy/apis/index.ts";
import { parseDuration } from "../../src/model/duration.ts";
import type { TriggerType } from "../../src/model/workflow.ts";
import { mustRevive } from "./revived.ts";

/** Writes files into a folder of their own; the first is the configuration. `env` is all the environment there is. */
export async function inFolder<T>(
  files: Readonly<Record<string, string | Buffer>>,
  work: (file: string, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "sidehook-config-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return await work(join(folder, Object.keys(files)[0] ?? ""), folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Loads a configuration whose text is given, and the files beside it. What is loaded can be made from its definition again. */
export async function load(
  text: string | Buffer,
  env: ConfigParts["env"] = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Config> {
  const parts = partsWith(env);
  const config = await inFolder({ "gateway.yaml": text, ...files }, (file) =>
    loadConfig(file, parts),
  );
  mustRevive(config, workflowPartsWith(env));
  return config;
}

/** What is wrong with a configuration: `gateway.yaml:2:3: message`, file names without their folder. */
export function problemsOf(
  text: string | Buffer,
  env: ConfigParts["env"] = {},
  files: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  return inFolder({ "gateway.yaml": text, ...files }, async (file, folder) => {
    try {
      await loadConfig(file, partsWith(env));
      return [];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return error.message.replaceAll(`${folder}/`, "").split("\n");
    }
  });
}

/** Steps as YAML, indented by six, in a workflow before any write to posts. They begin on line 7. */
export const workflowOf = (stepsText: string) => `upstream: { url: "http://127.0.0.1:3000" }
identity: none
workflows:
  guard:
    trigger: { type: pre-action, collection: posts }
    steps:
${stepsText}`;

/** The parts that the tests' configurations are checked against. */
export const partsWith = (env: ConfigParts["env"]): ConfigParts => ({
  env,
  stepTypes,
  triggerTypes: new Map([...triggerTypes, [preAction.type, preAction]]),
  languageOf: () => pathLanguage,
  compileSchema: jsonSchemas(),
  checkProgram,
  describeUpstream,
  loadPlugin: () => Promise.resolve([]),
  presets,
});

/** The parts that the tests' workflows are compiled with. */
export function workflowPartsWith(env: ConfigParts["env"]): WorkflowParts {
  const {
    languageOf: _of,
    presets: _presets,
    describeUpstream: _describe,
    loadPlugin: _load,
    ...parts
  } = partsWith(env);
  const schemaFiles = openSchemaFiles("gateway.yaml", null, (path) => readFileSync(path));
  return { ...parts, language: pathLanguage, schemaFiles, upstreamTypes: new Map() };
}

const preAction: TriggerType = {
  type: "pre-action",
  title: "Before an action",
  about: "",
  config: z
    .strictObject({
      type: z.literal("pre-action"),
      collection: z.string().min(1),
      global: z.boolean().default(false),
      actions: z.array(z.string()).default(["create"]),
      roles: z.array(z.string()).nullable().default(null),
      each: z.enum(["record", "request"]).default("record"),
      observe: z.boolean().default(false),
      bodies: z.enum(["readable", "any"]).default("readable"),
    })
    .superRefine(({ global, roles }, context) => {
      if (!global || roles === null) return;
      context.addIssue({ code: "custom", path: ["roles"], message: "not on a global one" });
    }),
  fields: { data: "dyn", user: { name: "string" } },
  sync: () => true,
  when: () => "",
};

const on = () => ({ go: "on", result: null }) as const;
const words = { title: "", about: "", result: "" };

const stepTypes: StepTypes = new Map(
  [
    defineStep({
      ...words,
      type: "check",
      config: z.strictObject({
        if: test,
        // oxlint-disable-next-line unicorn/no-thenable -- a key of the configuration
        then: steps.optional(),
        else: steps.optional(),
        cases: z.array(z.strictObject({ if: test, steps })).optional(),
      }),
      run: on,
    }),
    defineStep({
      ...words,
      type: "loop",
      binds: { key: "as", otherwise: "each" },
      config: z.strictObject({
        over: range,
        as: z.string().optional(),
        while: turnTest.optional(),
        steps,
      }),
      run: on,
    }),
    defineStep({
      ...words,
      type: "say",
      config: z.strictObject({
        message: z.string(),
        level: z.enum(["low", "high"]).default("low"),
        count: z.number().int().min(1).optional(),
        tags: z.union([z.string(), z.array(z.string())]).optional(),
        headers: z
          .record(
            z.string().regex(/^[a-z-]+$/, { error: "is not a valid header name" }),
            z.string(),
          )
          .optional(),
        inner: z.strictObject({ a: z.number(), b: z.string() }).optional(),
      }),
      run: on,
    }),
    defineStep({
      ...words,
      type: "call",
      acts: true,
      config: z.strictObject({ url, body: z.custom<Json>().optional() }),
      run: on,
    }),
    defineStep({ ...words, type: "code", config: z.strictObject({ code: literal }), run: on }),
    defineStep({
      ...words,
      type: "set",
      declares: "name",
      config: z.strictObject({ name: z.string(), value: z.custom<Json>() }),
      run: on,
    }),
    defineStep({
      ...words,
      type: "visit",
      binds: { key: "called", otherwise: "guest" },
      declares: "into",
      config: z.strictObject({
        called: z.string().optional(),
        into: z.string().optional(),
        steps,
      }),
      run: on,
    }),
    defineStep({
      ...words,
      type: "pause",
      waits: (raw) => (typeof raw["for"] === "string" ? parseDuration(raw["for"]) : null),
      config: z.strictObject({ for: z.string() }),
      run: on,
    }),
    defineStep({
      ...words,
      type: "run",
      runs: ({ workflow, wait }) =>
        typeof workflow === "string" ? { workflow, wait: wait !== false, input: "input" } : null,
      config: z.strictObject({ workflow: z.string(), wait: z.boolean().default(true) }),
      run: on,
    }),
    defineStep({
      ...words,
      type: "ask",
      syncOnly: ({ as }) => (as === "caller" ? { key: "as", why: "nobody waits here" } : null),
      config: z.strictObject({ as: z.string() }),
      run: on,
    }),
    defineStep({
      ...words,
      type: "late",
      triggers: ["post-action"],
      config: z.strictObject({}),
      run: on,
    }),
  ].map((type) => [type.type, type]),
);

/**
 * A language small enough to be seen through: an expression is a literal or a dotted path, `steps.found.title`, and its
 * first two words must be in reach.
 */
const pathLanguage: ExpressionLanguage = {
  expression: compile,
  template(parts, names) {
    const mistakes = [];
    const secrets: string[] = [];
    const compiled: (string | Expression)[] = [];
    for (const { kind, text, offset } of parts) {
      if (kind === "text") compiled.push(text);
      else if (kind === "unclosed") mistakes.push({ offset, message: "has no end" });
      else {
        const one = compile(text, names);
        if (one.ok) {
          compiled.push(one.value);
          secrets.push(...one.told.secrets);
        } else mistakes.push(...one.mistakes.map((m) => ({ ...m, offset: m.offset + offset })));
      }
    }
    if (mistakes.length > 0) return { ok: false, mistakes };
    const evaluate = (scope: Scope): Json => {
      const values = compiled.map((part) =>
        typeof part === "string" ? part : part.evaluate(scope),
      );
      return values.length === 1 ? (values[0] ?? null) : values.map(String).join("");
    };
    return {
      ok: true,
      value: { constant: false, pieces: compiled, evaluate },
      told: { ...NOTHING_TOLD, secrets },
    };
  },
};

function compile(text: string, names: Names): Compiled<Expression> {
  const source = text.trim();
  const literalValue = /^(true|false|\d+)$/.test(source) ? (JSON.parse(source) as Json) : null;
  const mistakes = literalValue === null ? mistakesOf(text, names) : [];
  if (mistakes.length > 0) return { ok: false, mistakes };
  const path = source.split(".");
  const evaluate = (scope: Scope): Json =>
    literalValue ??
    (path.reduce((at: unknown, key) => (at as Record<string, unknown>)[key], scope) as Json);
  const secrets = path[0] === "secrets" && path[1] !== undefined ? [path[1]] : [];
  return {
    ok: true,
    value: { kind: "expression", source, evaluate },
    told: { ...NOTHING_TOLD, secrets },
  };
}

/** Every word of the text that is not in reach, at its place. */
function mistakesOf(text: string, names: Names) {
  const reach: Record<string, readonly string[] | null> = {
    steps: names.steps,
    vars: names.vars,
    trigger: typeof names.trigger === "object" ? Object.keys(names.trigger) : null,
    secrets: null,
    ...(names.error && { error: null }),
    ...Object.fromEntries(names.loops.map((name) => [name, null])),
  };
  return [...text.matchAll(/[a-z_]\w*(?:\.\w+)*/gi)].flatMap(({ 0: path, index }) => {
    const [root = "", field = ""] = path.split(".");
    const known = root === "true" ? null : reach[root];
    if (known === undefined) return [{ offset: index, message: `no ${root}` }];
    if (known === null || known.includes(field)) return [];
    const later = names.outOfReach.includes(field) ? " yet" : "";
    return [{ offset: index + root.length + 1, message: `no ${field}${later}` }];
  });
}
