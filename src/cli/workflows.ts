import { Command } from "commander";
import { type WorkflowSummary, workflowList } from "../admin/workflow-list.ts";
import { configOption } from "./config-option.ts";
import { jsonOption } from "./json-option.ts";
import { withStore } from "./opened-store.ts";
import { print } from "./print.ts";
import { tableOf } from "./table.ts";

/** `sidehook workflows`: the workflows of the configuration, and how many runs each has. `--json` is the answer of `GET /workflows`. */
export const workflows = new Command("workflows")
  .description("list the workflows, with how many runs each has by status")
  .addOption(jsonOption)
  .addOption(configOption)
  .action(async ({ config: file, json }: { config: string; json?: true }) => {
    const list = await withStore(file, async ({ config, store }) =>
      workflowList(config.workflows, await store.counts()),
    );
    if (json) return print(JSON.stringify({ workflows: list }));
    if (list.length > 0) return print(tableOf(COLUMNS, list.map(rowOf)));
    if (process.stdout.isTTY) await print(`${file} has no workflows`);
  });

const COLUMNS = [
  { heading: "WORKFLOW" },
  { heading: "TITLE" },
  { heading: "TRIGGER" },
  { heading: "ENABLED" },
  { heading: "STEPS", right: true },
  { heading: "RUNS" },
] as const;

const rowOf = ({ key, title, trigger, enabled, steps, runs }: WorkflowSummary): string[] => [
  key,
  title ?? "",
  trigger,
  enabled ? "yes" : "no",
  String(steps),
  Object.entries(runs)
    .map(([status, count]) => `${count} ${status}`)
    .join(", "),
];
