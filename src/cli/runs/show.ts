import { Command } from "commander";
import { runView } from "../../admin/run-view.ts";
import { GatewayError } from "../../model/errors.ts";
import { type Json, jsonText } from "../../model/json.ts";
import { configOption } from "../config-option.ts";
import { jsonOption } from "../json-option.ts";
import { withStore } from "../opened-store.ts";
import { print } from "../print.ts";
import { runId } from "./run-id.ts";
import { runText } from "./run-text.ts";

/** `sidehook runs show <id>`: one run with its steps as a tree. `--json` is the answer of `GET /runs/:id`. */
export const show = new Command("show")
  .description("show one run: its trigger, its steps with their timings, how it ended")
  .argument("<id>", "its id", runId)
  .addOption(jsonOption)
  .addOption(configOption)
  .action(async (id: string, { config: file, json }: { config: string; json?: true }) => {
    const run = await withStore(file, ({ config, store }) => {
      const workflowOf = (key: string) => config.workflows.find((one) => one.key === key) ?? null;
      return runView(id, { history: store, workflowOf });
    });
    if (run === null) throw noSuchRun(id);
    await print(json ? jsonText(run as unknown as Json) : runText(run));
  });

/** The error for an id that no run has. */
export const noSuchRun = (id: string) =>
  new GatewayError(
    "NOT_FOUND",
    `There is no run ${id}. Runs are listed by sidehook runs; old ones are deleted after runs.retention`,
  );
