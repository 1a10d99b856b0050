import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { isScalar } from "yaml";
import type { Config } from "../model/config.ts";
import type { ExpressionLanguage } from "../model/expression.ts";
import type { Problem } from "../model/position.ts";
import type { StepTypes } from "../model/step.ts";
import type { ApiPresets } from "../model/upstream-api.ts";
import type { TriggerTypes } from "../model/workflow.ts";
import type { Environment } from "./environment.ts";
import { includedFiles } from "./include.ts";
import { problemsOf } from "./issues.ts";
import { ConfigError, inOrder } from "./problems.ts";
import { fileSchema, includedSchema } from "./schema/file.ts";
import { type Source, readSource } from "./source.ts";
import { valuesOf } from "./values.ts";
import { type CompiledWorkflow, compileWorkflows } from "./workflows.ts";

/** The tables and languages of other rooms that a configuration is checked against. */
export interface ConfigParts {
  readonly stepTypes: StepTypes;
  readonly triggerTypes: TriggerTypes;
  readonly language: ExpressionLanguage;
  readonly presets: ApiPresets;
  readonly environment: Environment;
}

/**
 * Reads gateway.yaml and the files it includes, checks all of it, and compiles its workflows.
 * @param file as the user named it; problems name it so
 * @throws {ConfigError} with everything that is wrong
 */
export async function loadConfig(file: string, parts: ConfigParts): Promise<Config> {
  const problems: Problem[] = [];
  const main = await readYaml(file, problems);
  if (main === null) throw new ConfigError(problems);

  const { presets, environment } = parts;
  const schema = fileSchema(presets);
  const plain = plainSections(main, environment, problems);
  const checked = schema.safeParse(plain, { reportInput: true });
  if (!checked.success) {
    problems.push(...problemsOf(checked.error.issues, { source: main, path: [], schema }));
  }
  const included = await includedSources(main, plain["include"], problems);
  const compiled = compileWorkflows([main, ...included], { ...parts, problems });
  problems.push(...identityProblems(main, compiled));
  if (problems.length > 0 || !checked.success) throw new ConfigError(inOrder(problems));

  const {
    store,
    databases: _d,
    mail: _m,
    plugins: _p,
    telemetry: _t,
    include: _i,
    ...facts
  } = checked.data;
  const path = resolve(file);
  return freeze({
    ...facts,
    file: path,
    store: { url: `sqlite:${resolve(dirname(path), store.url.slice("sqlite:".length))}` },
    workflows: compiled.map(({ workflow }) => workflow),
    secrets: [...new Set(compiled.flatMap(({ secrets }) => secrets))],
  });
}

async function readYaml(file: string, problems: Problem[]): Promise<Source | null> {
  try {
    const source = readSource(await readFile(file, "utf8"), file);
    if (!Array.isArray(source))
      return isMapping(source as Source, problems) ? (source as Source) : null;
    problems.push(...(source as readonly Problem[]));
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "is not there" : "can't be read";
    problems.push({ file, line: 1, col: 1, message: `the file ${why}: ${resolve(file)}` });
  }
  return null;
}

function isMapping(source: Source, problems: Problem[]): boolean {
  const { value } = source;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return true;
  problems.push(source.problem([], "the file should be a mapping: upstream: { url: … }"));
  return false;
}

/** All sections with the environment put in; workflows are left as they are, to be compiled. */
function plainSections(
  source: Source,
  environment: Environment,
  problems: Problem[],
): Record<string, unknown> {
  const values = valuesOf(source, environment, problems);
  const keys = Object.keys(source.value as object);
  return Object.fromEntries(
    keys.map((key) => [key, key === "workflows" ? source.valueAt([key]) : values.plain([key])]),
  );
}

async function includedSources(
  main: Source,
  patterns: unknown,
  problems: Problem[],
): Promise<Source[]> {
  if (!Array.isArray(patterns)) return [];
  const folder = dirname(main.file);
  const files = patterns.flatMap((pattern: unknown, index) => {
    const found = typeof pattern === "string" ? includedFiles(pattern, folder) : [];
    if (found !== null) return found;
    problems.push(
      main.problem(["include", index], `no such file: ${join(folder, String(pattern))}`),
    );
    return [];
  });
  const distinct = [...new Set(files)].filter(
    (name) => relative(main.file, join(folder, name)) !== "",
  );
  const sources = await Promise.all(distinct.map((name) => readYaml(join(folder, name), problems)));
  const read = sources.filter((source) => source !== null);
  for (const source of read) {
    const { error } = includedSchema.safeParse(source.value, { reportInput: true });
    if (error)
      problems.push(...problemsOf(error.issues, { source, path: [], schema: includedSchema }));
  }
  return read;
}

/** `identity: none` must be written out where anyone could make a workflow act. SPEC, section 4. */
function identityProblems(main: Source, compiled: readonly CompiledWorkflow[]): Problem[] {
  const node = main.nodeAt(["identity"]);
  const written = node !== null && !(isScalar(node) && node.value === null);
  const acting = compiled.find(({ workflow }) => workflow.enabled && workflow.acts);
  if (written || !acting) return [];
  const message =
    `identity is missing: workflow "${acting.workflow.key}" has steps that act, and anyone could make it run; ` +
    "say who is calling, or write identity: none";
  return [main.problem([], message)];
}

/** Frozen all the way down, but for what is not plain data: schemas, compiled expressions. */
function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) return value;
  if ("_zod" in value) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
  return value;
}
