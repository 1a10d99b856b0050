import { readFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { replay as replayed } from "../../admin/replay.ts";
import { definitionCompiler } from "../../config/compile/recorded.ts";
import { workflowParts } from "../../configuration.ts";
import { GatewayError } from "../../model/errors.ts";
import type { Config } from "../../model/config.ts";
import { type Json, jsonText, parseJson } from "../../model/json.ts";
import { recordStore } from "../../proxy/records/store.ts";
import { connectUpstream } from "../../proxy/upstream.ts";
import { configOption } from "../config-option.ts";
import { jsonOption } from "../json-option.ts";
import { withStore } from "../opened-store.ts";
import { print } from "../print.ts";
import { runId } from "./run-id.ts";

interface Options {
  readonly config: string;
  readonly json?: true;
  readonly from?: string;
  readonly definition: "today" | "old";
  readonly data?: string;
}

/** `sidehook runs replay <id>`: queues a run once more. `--json` is the new run, as `POST /runs/:id/replay` answers it. */
export const replay = new Command("replay")
  .description("repeat a run that has ended, or is unconfirmed: a new run is queued")
  .argument("<id>", "its id", runId)
  .addOption(new Option("--from <step>", "take over the results of the steps before this path"))
  .addOption(
    new Option("--definition <which>", "the workflow of today, or the one that was recorded")
      .choices(["today", "old"])
      .default("today"),
  )
  .addOption(new Option("--data <json>", "in place of the record: JSON, or @file"))
  .addOption(jsonOption)
  .addOption(configOption)
  .action(async (id: string, { config: file, json, from, definition, data }: Options) => {
    const wishes = {
      definition,
      ...(from !== undefined && { from }),
      ...(data !== undefined && { data: await dataOf(data) }),
    };
    await withStore(file, async ({ config, store }) => {
      const { workflows } = config;
      const compile = definitionCompiler(workflowParts(process.env, config), workflows);
      const again = await replayed(id, wishes, {
        history: store,
        operations: store.operations,
        workflowOf: (key) => workflows.find((one) => one.key === key) ?? null,
        revive: (...recorded) => compile(...recorded).workflow,
        loadRecord: (...record) => loadRecord(config, ...record),
        now: () => new Date(),
      });
      if (json) await print(jsonText((await store.get(again)) as unknown as Json));
      else
        await print(`${again} queued: a running gateway does it, or else the next one that starts`);
    });
  });

/** @throws {GatewayError} BAD_JSON */
async function dataOf(text: string): Promise<Json> {
  try {
    return parseJson(text.startsWith("@") ? await readFile(text.slice(1), "utf8") : text);
  } catch (error) {
    const message = `--data should be JSON, or @ and a file of JSON: ${(error as Error).message}`;
    throw new GatewayError("BAD_JSON", message, { cause: error });
  }
}

/** Loads a record from the upstream as the service, on a connection of its own. */
async function loadRecord(
  { upstream: settings, collections, limits }: Config,
  collection: string,
  key: string,
  appends: readonly string[],
): Promise<Json> {
  const upstream = connectUpstream({ ...settings, unreached: () => {} });
  const records = recordStore({
    facts: settings.api,
    upstream,
    collections,
    serviceHeaders: settings.headers,
    rowLimit: limits.rows,
    responseLimit: limits.response,
  });
  try {
    const signal = AbortSignal.timeout(settings.timeout);
    return await records.get(collection, key, appends, { caller: null, signal });
  } finally {
    await upstream.close(0);
  }
}
