import { Command, Option } from "commander";
import { runQueryOf } from "../../admin/run-query.ts";
import type { RunSummary } from "../../model/history.ts";
import { type Json, jsonText } from "../../model/json.ts";
import { configOption } from "../config-option.ts";
import { jsonOption } from "../json-option.ts";
import { withStore } from "../opened-store.ts";
import { tableOf } from "../table.ts";
import { durationText, statusText, timeText, tookOf } from "../terminal.ts";
import { print } from "../print.ts";

/** `sidehook runs`: the newest runs, newest first. `--json` is the answer of `GET /runs`. */
export const list = new Command("list")
  .description("list runs, newest first")
  .addOption(new Option("--status <status>", "only runs that stand so"))
  .addOption(new Option("--workflow <key>", "only runs of this workflow"))
  .addOption(new Option("--trigger <type>", "only runs that such a trigger began: webhook"))
  .addOption(new Option("--error <text>", "only runs whose error says this"))
  .addOption(new Option("--parent <id>", "only the subflows of this run"))
  .addOption(new Option("--since <time>", "only runs from then on: 2026-11-28T14:00:00Z"))
  .addOption(new Option("--until <time>", "only runs before then"))
  .addOption(new Option("--before <id>", "only runs older than this one"))
  .addOption(new Option("--limit <number>", "how many, 1 to 500").default("50"))
  .addOption(jsonOption)
  .addOption(configOption)
  .action(async ({ config: file, json, ...filters }: { config: string; json?: true }) => {
    const query = runQueryOf(filters);
    const page = await withStore(file, ({ store }) => store.list(query));
    if (json) return print(jsonText(page as unknown as Json));
    if (page.runs.length > 0) await print(tableOf(COLUMNS, page.runs.map(rowOf)));
    if (!process.stdout.isTTY) return;
    if (page.runs.length === 0) await print("No runs");
    if (page.next !== null) console.error(`\nOlder ones: the same with --before ${page.next}`);
  });

const COLUMNS = [
  { heading: "RUN" },
  { heading: "WORKFLOW" },
  { heading: "TRIGGER" },
  { heading: "STATUS" },
  { heading: "STARTED" },
  { heading: "TOOK", right: true },
  { heading: "ERROR" },
] as const;

const rowOf = (run: RunSummary): string[] => [
  run.id,
  run.workflow,
  run.trigger,
  statusText(run.status),
  timeText(run.startedAt),
  durationText(tookOf(run)),
  run.error?.message ?? "",
];
