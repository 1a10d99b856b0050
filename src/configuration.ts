import { readFileSync } from "node:fs";
import { type ConfigParts, loadConfig, loadStepTypes } from "./config/load.ts";
import { openSchemaFiles } from "./config/compile/schema-files.ts";
import type { WorkflowParts } from "./config/compile/workflow.ts";
import { configJsonSchema } from "./config/schema/json-schema.ts";
import { describeUpstream } from "./openapi/describe.ts";
import { celLanguage } from "./expressions/language.ts";
import { triggerTypes } from "./triggers/index.ts";
import { jsonSchemas } from "./schemas/compile.ts";
import type { Config } from "./model/config.ts";
import { presets } from "./proxy/apis/index.ts";
import { checkProgram } from "./sandbox/syntax.ts";
import { pluginLoader } from "./plugins/load.ts";
import { stepTypes } from "./steps/index.ts";
import type { StepType, StepTypes } from "./model/step-type.ts";

/** Environment variables, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The module that is this package, as it runs now. */
const own = new URL(import.meta.url.endsWith(".ts") ? "./index.ts" : "./index.js", import.meta.url);
const loadPlugin = pluginLoader(own.href);

/** Makes a step type what it is in a rehearsal. */
export type Rehearsed = (type: StepType) => StepType;

const rehearsedTypes = (types: StepTypes, rehearsed: Rehearsed): StepTypes =>
  new Map([...types].map(([name, type]) => [name, rehearsed(type)]));

/** The parts that a configuration is checked with. In a rehearsal the steps of plugins are rehearsed too. */
const configParts = (env: Environment, rehearsed: Rehearsed | null = null): ConfigParts => ({
  stepTypes: rehearsed === null ? stepTypes : rehearsedTypes(stepTypes, rehearsed),
  loadPlugin: async (...plugin) => {
    const types = await loadPlugin(...plugin);
    return rehearsed === null ? types : types.map(rehearsed);
  },
  triggerTypes,
  languageOf: ({ expression }) => celLanguage(() => new Date(), expression),
  compileSchema: jsonSchemas(),
  describeUpstream,
  presets,
  checkProgram,
  env,
});

/** The parts that workflows are compiled with, under a configuration's limits. Files of schemas are read as they are then. */
export function workflowParts(
  env: Environment,
  {
    file,
    limits,
    upstream,
    stepTypes: types,
  }: Pick<Config, "file" | "limits" | "upstream" | "stepTypes">,
): WorkflowParts {
  const { languageOf, describeUpstream: _describe, loadPlugin: _load, ...parts } = configParts(env);
  const schemaFiles = openSchemaFiles(file, upstream.openapi, (path) => readFileSync(path));
  const language = languageOf(limits);
  // What was accepted once is not held to the documents of today.
  return { ...parts, stepTypes: types, language, schemaFiles, upstreamTypes: new Map() };
}

/**
 * Reads a configuration and everything it includes, and checks it.
 * @param serving the configuration whose place it is to take while the process serves
 * @param given the file's bytes, where they need not be read
 * @param rehearsed what steps do in place of what their types do; null: that
 * @throws {ConfigError}
 */
export function readConfig(
  file: string,
  environment: Environment,
  serving: Config | null = null,
  given: Uint8Array | null = null,
  rehearsed: Rehearsed | null = null,
): Promise<Config> {
  return loadConfig(file, configParts(environment, rehearsed), serving, given);
}

/**
 * The step types that a configuration can use: ours, and those of its plugins.
 * @throws {ConfigError} when a plugin can't be used
 */
export const configuredStepTypes = (file: string, environment: Environment): Promise<StepTypes> =>
  loadStepTypes(file, configParts(environment));

/** The JSON Schema of a configuration, made from the tables of this version. */
export const configurationSchema = (types: StepTypes = stepTypes) =>
  configJsonSchema({ stepTypes: types, triggerTypes, presets });
