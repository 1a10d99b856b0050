import { Command } from "commander";
import type { OperationResult } from "../../model/operations.ts";
import { type Json, jsonText } from "../../model/json.ts";
import { configOption } from "../config-option.ts";
import { jsonOption } from "../json-option.ts";
import { type Opened, withStore } from "../opened-store.ts";
import { print } from "../print.ts";
import { runId } from "./run-id.ts";
import { noSuchRun } from "./show.ts";

/** An operation on runs that needs nothing but their ids. */
interface Verb {
  readonly name: "cancel" | "resume" | "dismiss";
  readonly does: string;
  /** Which runs it is for. */
  readonly only: string;
  readonly done: string;
}

const VERBS: readonly Verb[] = [
  {
    name: "cancel",
    does: "end runs that are queued, wait or run, and that no client waits for",
    only: "a run that is queued, waits or runs, and that no client waits for, can be canceled",
    done: "canceled",
  },
  {
    name: "resume",
    does: "let runs that wait for a time go on at once",
    only: "a run that waits for a time can be resumed",
    done: "resumed: a running gateway goes on with it",
  },
  {
    name: "dismiss",
    does: "set unconfirmed runs aside",
    only: "a run that is unconfirmed can be dismissed",
    done: "dismissed",
  },
];

/**
 * `sidehook runs cancel|resume|dismiss <id>…`: each run is dealt with by itself, and told of. Exit code 1 when one could not be.
 * `--json` writes the run as it stands then, one line each.
 */
export const operate = VERBS.map((verb) =>
  new Command(verb.name)
    .description(verb.does)
    .argument("<id...>", "their ids", (text: string, before?: readonly string[]) => [
      ...new Set([...(before ?? []), runId(text)]),
    ])
    .addOption(jsonOption)
    .addOption(configOption)
    .action(async (ids: readonly string[], { config, json }: { config: string; json?: true }) => {
      await withStore(config, async ({ store }) => {
        for (const id of ids) {
          const failed = failure(id, verb, await store.operations[verb.name](id));
          if (failed === null) await print(json ? await asJson(id, store) : `${id} ${verb.done}`);
          else {
            console.error(failed);
            process.exitCode = 1;
          }
        }
      });
    }),
);

function failure(id: string, { only }: Verb, result: OperationResult): string | null {
  if (result.outcome === "done") return null;
  if (result.outcome === "no such run") return noSuchRun(id).message;
  return `${id} is ${result.status}; only ${only}`;
}

const asJson = async (id: string, store: Opened["store"]) =>
  jsonText((await store.get(id)) as unknown as Json);
