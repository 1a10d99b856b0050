import { Command, Option } from "commander";
import { ConfigError } from "../config/config-error.ts";
import { readConfig } from "../configuration.ts";
import type { Config } from "../model/config.ts";
import type { Json } from "../model/json.ts";
import { timesAfter } from "../model/schedule.ts";
import { type DatabaseConfig, POOL_SIZE } from "../model/databases.ts";
import type { Workflow } from "../model/workflow.ts";
import type { Problem } from "../model/position.ts";
import { FORMATS, type Finding, findingText } from "./check-formats.ts";
import { configOption } from "./config-option.ts";
import { type Excerpt, excerpts } from "./excerpt.ts";
import { print } from "./print.ts";
import { styled } from "./terminal.ts";

interface Options {
  readonly config: string;
  readonly format: "text" | keyof typeof FORMATS;
  readonly strict?: true;
}

/** `sidehook check`: all problems of a configuration at once, or else its warnings. Exit code 1 when there are problems. */
export const check = new Command("check")
  .description("check a configuration, and tell all that is wrong with it")
  .addOption(configOption)
  .addOption(
    new Option("--format <format>", "how to tell")
      .choices(["text", ...Object.keys(FORMATS)])
      .default("text"),
  )
  .addOption(new Option("--strict", "fail on warnings too"))
  .action(async ({ config, format, strict }: Options) => {
    const { problems, warnings, ...found } = await read(config);
    const findings: Finding[] = [
      ...problems.map((one) => ({ ...one, level: "error" }) as const),
      ...warnings.map((one) => ({ ...one, level: "warning" }) as const),
    ];
    const failed = problems.length > 0 || (strict === true && warnings.length > 0);
    process.exitCode = failed ? 1 : 0;
    if (format !== "text") return print(FORMATS[format](findings));
    const excerpt = excerpts();
    for (const finding of findings) await print((await findingLines(finding, excerpt)).join("\n"));
    for (const line of found.workflows.flatMap(nextTimesText)) await print(line);
    for (const one of Object.entries(found.databases)) await print(poolText(...one));
    if (!failed) await print(`${config} is fine`);
  });

/** One line when piped. For people it goes on with the line of the file, and where to read on. */
async function findingLines(finding: Finding, excerpt: Excerpt): Promise<string[]> {
  if (!process.stdout.isTTY) return [findingText(finding)];
  const { see, level } = finding;
  return [
    styled(level === "error" ? "red" : "yellow", findingText(finding)),
    ...(await excerpt(finding)),
    ...(see === undefined ? [] : [styled("gray", `  see ${see}`)]),
  ];
}

/** What a configuration is found to be. */
interface Findings extends Record<"problems" | "warnings", readonly Problem[]> {
  /** None where there are problems. */
  readonly workflows: readonly Workflow[];
  readonly databases: Config["databases"];
}

async function read(file: string): Promise<Findings> {
  try {
    const { warnings, workflows, databases } = await readConfig(file, process.env);
    return { problems: [], warnings, workflows, databases };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: error.problems, warnings: [], workflows: [], databases: {} };
  }
}

/** How many times of a schedule are told. */
const TOLD = 3;

/** `nightly: next at 2026-03-02T02:00:00.000Z, 2026-03-03T02:00:00.000Z, 2026-03-04T02:00:00.000Z`; `[]` when it has no schedule. */
function nextTimesText({ key, enabled, trigger }: Workflow): string[] {
  if (!enabled || trigger.type !== "schedule") return [];
  const times: string[] = [];
  for (const time of timesAfter(new Date(), trigger)) {
    if (times.push(time.toISOString()) === TOLD) break;
  }
  return [`${key} (${trigger.rule}): next at ${times.join(", ")}`];
}

/** `database shop (pg): db:5432/shop, at most 10 connections`; without user and password. */
function poolText(name: string, { client, connection }: DatabaseConfig): string {
  const most = POOL_SIZE[client];
  const connections = most === 1 ? "one connection" : `at most ${most} connections`;
  return `database ${name} (${client}): ${placeOf(connection)}, ${connections}`;
}

function placeOf(connection: DatabaseConfig["connection"]): string {
  if (typeof connection === "string") {
    const { host, pathname } = new URL(connection);
    return `${host}${pathname}`;
  }
  const { filename, host, port, database } = connection;
  if (typeof filename === "string") return filename;
  return `${said(host) || "localhost"}${said(port) && `:${said(port)}`}/${said(database)}`;
}

const said = (setting: Json | undefined): string =>
  typeof setting === "string" || typeof setting === "number" ? String(setting) : "";
