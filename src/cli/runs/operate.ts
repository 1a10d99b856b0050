import { Command, InvalidArgumentError } from "commander";
import type { OperationResult } from "../../model/operations.ts";
import { type Json, jsonText, parseJson } from "../../model/json.ts";
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

/** The options of the commands; all but `config` and `json` are of `resume`. */
interface Options {
  readonly config: string;
  readonly json?: true;
  readonly choice?: string;
  readonly data?: Json;
  readonly step?: string;
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
    .action(async (ids: readonly string[], options: Options) => {
      const { config, json } = options;
      await withStore(config, async ({ store }) => {
        for (const id of ids) {
          const answered = verb.name === "resume" ? await answer(id, options, store) : null;
          const failed =
            answered === null
              ? failure(id, verb, await store.operations[verb.name](id))
              : answered.failed;
          if (failed === null) await print(json ? await asJson(id, store) : `${id} ${verb.done}`);
          else {
            console.error(failed);
            process.exitCode = 1;
          }
        }
      });
    }),
);

for (const command of operate) {
  if (command.name() !== "resume") continue;
  command
    .option("--choice <choice>", "the answer to a step wait: one of its choices")
    .option("--data <json>", "its body", jsonData)
    .option("--step <id>", "the step, where a run waits at several");
}

function jsonData(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    throw new InvalidArgumentError("It should be JSON.");
  }
}

/** Answers the step `wait` that the run waits at; null where it waits for a time, or not at all. */
async function answer(
  id: string,
  options: Options,
  { operations }: Pick<Opened["store"], "operations">,
): Promise<{ readonly failed: string | null } | null> {
  const { choice = null, data = null, step = null } = options;
  const given = { choice, body: data, by: "command" };
  const came = await operations.answer({ run: id, step, from: null }, given);
  if (came.outcome === "done") return { failed: null };
  if (came.outcome === "bad choice")
    return { failed: `${id} needs --choice, one of: ${came.choices.join(", ")}` };
  if (came.outcome === "too large")
    return { failed: `--data is too large: limits.result allows ${came.most} bytes` };
  if (came.outcome === "several")
    return {
      failed: `${id} waits at several steps; name one with --step: ${came.steps.join(", ")}`,
    };
  if (choice === null && data === null && step === null) return null;
  if (came.outcome === "no such run") return null;
  return { failed: `${id} does not wait for this answer: ${came.outcome}` };
}

function failure(id: string, { only }: Verb, result: OperationResult): string | null {
  if (result.outcome === "done") return null;
  if (result.outcome === "no such run") return noSuchRun(id).message;
  return `${id} is ${result.status}; only ${only}`;
}

const asJson = async (id: string, store: Opened["store"]) =>
  jsonText((await store.get(id)) as unknown as Json);
