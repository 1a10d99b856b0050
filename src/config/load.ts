import { dirname, resolve } from "node:path";
import type { Config, Limits } from "../model/config.ts";
import type { ExpressionLanguage } from "../model/expression.ts";
import type { CheckProgram } from "../model/program.ts";
import type { StepTypes } from "../model/step-type.ts";
import type { Problem } from "../model/position.ts";
import type { DescribeUpstream } from "../model/upstream-types.ts";
import { secretNames } from "../model/secrets.ts";
import type { ApiPresets } from "../model/upstream-api.ts";
import { databaseProblems } from "./checks/databases.ts";
import { describedWarnings } from "./checks/described.ts";
import { unroutedPaths } from "./checks/unrouted-paths.ts";
import { appendsProblems } from "./checks/associations.ts";
import { awaitedProblems, resumeUrlProblems } from "./checks/waits.ts";
import { mailProblems } from "./checks/mail.ts";
import { withPlugins } from "./plugins.ts";
import type { LoadPlugin } from "../model/plugin.ts";
import { freeze } from "./freeze.ts";
import { reading } from "./reading.ts";
import { languagesOf, programProblems } from "./checks/programs.ts";
import { type Lasting, restartProblems } from "./checks/restart.ts";
import { check } from "./schema/check.ts";
import { ConfigError, inOrder } from "./config-error.ts";
import { fileSchema } from "./schema/file.ts";
import { includedSources, readYaml } from "./sources.ts";
import type { Source } from "./yaml/source.ts";
import { subflowProblems, withSubflows } from "./checks/subflows.ts";
import { secretHeaderProblems } from "./checks/secret-headers.ts";
import { trafficProblems } from "./checks/traffic.ts";
import { openApiProblems, openSchemaFiles } from "./compile/schema-files.ts";
import { describedUpstream, withDescribed } from "./compile/described.ts";
import { subflowTypes } from "./compile/subflow-types.ts";
import { valuesOf } from "./compile/values.ts";
import { warningsOf } from "./checks/warnings.ts";
import {
  type CompiledWorkflow,
  type WorkflowParts,
  compileWorkflows,
  workflowKeys,
} from "./compile/workflow.ts";

/** The tables and languages of other rooms that a configuration is checked against, and the environment. */
export interface ConfigParts extends Omit<
  WorkflowParts,
  "language" | "schemaFiles" | "upstreamTypes"
> {
  readonly presets: ApiPresets;
  readonly checkProgram: CheckProgram;
  readonly describeUpstream: DescribeUpstream;
  readonly loadPlugin: LoadPlugin;
  /** The language of expressions, which keep to these limits. */
  readonly languageOf: (limits: Pick<Limits, "expression">) => ExpressionLanguage;
}

/** Expressions are checked also where the limits that they are to keep to are wrong. */
const ANY_LIMIT = { expression: 0 };

/**
 * Reads gateway.yaml and the files it includes, checks all of it, and compiles its workflows.
 * @param file as the user named it; problems name it so
 * @param serving the configuration whose place it is to take while the process serves
 * @param given the file's bytes, where they need not be read; paths are relative to it all the same
 * @throws {ConfigError} with everything that is wrong
 * @see docs/configuration.md
 */
export async function loadConfig(
  file: string,
  parts: ConfigParts,
  serving: Lasting | null = null,
  given: Uint8Array | null = null,
): Promise<Config> {
  const path = resolve(file);
  const files = reading(dirname(file), given && { path, bytes: given });
  const problems: Problem[] = [];
  const main = await readYaml(file, files, problems);
  if (main === null) throw new ConfigError(problems, files.sources());

  const sections = sectionsOf(main, parts, problems);
  const schema = fileSchema(parts.presets, dirname(path), files.fileNow);
  const checked = check(schema, sections, { source: main, path: [], problems });
  const place = { main, folder: dirname(path), files };
  const stepTypes = await withPlugins(parts, sections["plugins"], place, problems);
  const included = await includedSources(main, sections["include"], files, problems);
  const sources = [main, ...included];
  const language = parts.languageOf(checked?.value.limits ?? ANY_LIMIT);
  const openapi = checked?.value.upstream.openapi ?? null;
  const schemaFiles = openSchemaFiles(file, openapi, files.fileNow);
  problems.push(...openApiProblems(main, schemaFiles));
  const isSecret = secretNames(checked ? redacted(checked.value) : []);
  const upstreamTypes = checked
    ? describedUpstream(main, checked.value.upstream, schemaFiles, parts, problems)
    : new Map();
  const compiling = { ...parts, stepTypes, language, isSecret, schemaFiles, upstreamTypes };
  const subflows = subflowTypes(sources, compiling);
  const compiled = withSubflows(compileWorkflows(sources, { ...compiling, subflows }, problems));
  problems.push(
    ...compiled.flatMap(awaitedProblems),
    ...compiled.flatMap(resumeUrlProblems),
    ...compiled.flatMap(trafficProblems),
    ...compiled.flatMap((one) => secretHeaderProblems(one, isSecret)),
    ...subflowProblems(compiled, sources.flatMap(workflowKeys)),
    ...identityProblems(main, compiled),
  );
  const programs = compiled.map((one) => programProblems(one, parts.checkProgram));
  problems.push(...(await Promise.all(programs)).flat());
  if (checked) {
    const next = { ...checked.value, store: storeAt(dirname(path), checked.value.store) };
    problems.push(
      ...associationProblems(compiled, next),
      ...compiled.flatMap((one) => databaseProblems(one, next.databases)),
      ...compiled.flatMap((one) => mailProblems(one, next.mail)),
    );
    if (serving !== null) problems.push(...restartProblems(main, next, serving));
  }
  if (problems.length > 0 || !checked) throw new ConfigError(problems, files.sources());

  const { listen, admin, upstream, identity, unknownKeys } = checked.value;
  const { collections, routes } = withDescribed(checked.value, upstreamTypes, compiled);
  const { closed } = checked.value;
  const { store, runs, limits, egress, databases, mail, log, telemetry } = checked.value;
  return freeze({
    name: file,
    file: path,
    hash: files.hash(),
    sources: files.sources(),
    listen,
    admin,
    upstream,
    identity,
    unknownKeys,
    collections,
    routes,
    closed,
    redact: redacted(checked.value),
    store: storeAt(dirname(path), store),
    runs,
    limits,
    egress,
    databases,
    mail,
    log,
    telemetry,
    stepTypes,
    workflows: compiled.map(({ workflow }) => workflow),
    languages: languagesOf(compiled),
    secrets: [...new Set(compiled.flatMap(({ secrets }) => secrets))],
    warnings: inOrder([
      ...warningsOf(main, compiled, { ...checked.value, routes }),
      ...describedWarnings(main, compiled, upstreamTypes, schemaFiles),
      ...compiled.flatMap((one) => unroutedPaths(one, upstreamTypes, routes)),
    ]),
  });
}

/** Names of secret fields that a configuration adds: those of `redact`, and the header of the upstream's sessions. */
function redacted({ redact, upstream }: Pick<Config, "redact" | "upstream">): readonly string[] {
  const { session } = upstream.api;
  return session === null ? redact : [...redact, session.header];
}

/**
 * The step types that a configuration can use: ours, and those of its plugins. Whatever else is wrong with it does not matter.
 * @throws {ConfigError}
 */
export async function loadStepTypes(file: string, parts: ConfigParts): Promise<StepTypes> {
  const files = reading(dirname(file));
  const problems: Problem[] = [];
  const main = await readYaml(file, files, problems);
  if (main === null) throw new ConfigError(problems, files.sources());
  const place = { main, folder: dirname(resolve(file)), files };
  const named = valuesOf(main, parts.env, problems).plain(["plugins"]);
  const stepTypes = await withPlugins(parts, named, place, problems);
  if (problems.length > 0) throw new ConfigError(problems, files.sources());
  return stepTypes;
}

/** All sections with the environment put in. Workflows stay as they are written, to be compiled. */
function sectionsOf(
  source: Source,
  { env }: ConfigParts,
  problems: Problem[],
): Record<string, unknown> {
  const values = valuesOf(source, env, problems);
  const entries = Object.entries(source.value).map(([name, value]) => [
    name,
    name === "workflows" ? value : values.plain([name]),
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/**
 * `identity: none` must be written out where anyone could make a workflow act: by naming the workflow, or by an action that
 * the workflow sees before the upstream does. See docs/identity.md.
 */
function identityProblems(main: Source, compiled: readonly CompiledWorkflow[]): Problem[] {
  if ("identity" in main.value) return [];
  const enabled = compiled.map(({ workflow }) => workflow).filter((one) => one.enabled);
  const acting = enabled.find(({ trigger, acts }) => acts && trigger.type === "pre-action");
  const custom = enabled.find(({ trigger }) => trigger.type === "custom-action");
  const found = acting ?? custom;
  if (found === undefined) return [];
  const what = found === acting ? "has steps that act" : "is a custom action";
  const message =
    `identity is missing: workflow "${found.key}" ${what}, and anyone could make it run; ` +
    "configure identity, or write identity: none";
  return [main.problem([], message)];
}

/** The configuration must say where associations lead only where the upstream can't load them along. */
function associationProblems(
  compiled: readonly CompiledWorkflow[],
  { collections, upstream }: Pick<Config, "collections" | "upstream">,
): Problem[] {
  if (upstream.api.appends !== null) return [];
  return compiled.flatMap((one) => appendsProblems(one, collections));
}

/** `sqlite:./data/sidehook.db` → `sqlite:/srv/data/sidehook.db`; the address of a database stays as it is. */
const storeAt = (folder: string, { url, key }: Config["store"]): Config["store"] => ({
  key,
  url: url.startsWith("sqlite:") ? `sqlite:${resolve(folder, url.slice("sqlite:".length))}` : url,
});
