import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import type { RunSummary } from "../../model/history.ts";
import { type Json, jsonText } from "../../model/json.ts";
import { RUN_STATUSES } from "../../model/run.ts";
import { configOption } from "../config-option.ts";
import { jsonOption } from "../json-option.ts";
import { type Opened, withStore } from "../opened-store.ts";
import { print } from "../print.ts";
import { stopSignal } from "../stop-signal.ts";
import { durationText, fitForTerminal, statusText, timeText, tookOf } from "../terminal.ts";

/** How often it is looked what has ended, in milliseconds. */
const LOOK = 500;

/** How much later than it ended a run may be committed, in milliseconds. */
const LATE = 5_000;

interface Options {
  readonly config: string;
  readonly json?: true;
  readonly status?: string;
  readonly workflow?: string;
}

/** `sidehook runs tail`: each run as it ends, until Ctrl-C. `--json` writes it as `GET /runs` lists it, one line each. */
export const tail = new Command("tail")
  .description("follow: tell of each run when it ends, until Ctrl-C")
  .addOption(new Option("--status <status>", "only runs that end so").choices(RUN_STATUSES))
  .addOption(new Option("--workflow <key>", "only runs of this workflow"))
  .addOption(jsonOption)
  .addOption(configOption)
  .action(async ({ config: file, json, status, workflow }: Options) => {
    const stopped = new AbortController();
    void stopSignal().then(() => stopped.abort());
    const isWanted = (run: RunSummary) =>
      (status === undefined || run.status === status) &&
      (workflow === undefined || run.workflow === workflow);
    await withStore(file, async ({ store }) => {
      const next = follower(store, new Date());
      while (!stopped.signal.aborted) {
        for (const run of await next()) {
          if (isWanted(run)) await print(json ? jsonText(run as unknown as Json) : lineOf(run));
        }
        await sleep(LOOK, null, { signal: stopped.signal }).catch(() => {});
      }
    });
  });

/**
 * Makes what gives the runs that have ended since it was called last, or since `begin`. A run may be committed later than
 * another that ended after it, so each look begins a little earlier; what was given within that time is remembered.
 */
function follower(store: Pick<Opened["store"], "endedSince">, begin: Date) {
  let newest = begin;
  /** When those that were given ended, by id. */
  const given = new Map<string, string>();
  return async (): Promise<readonly RunSummary[]> => {
    const from = new Date(Math.max(begin.getTime(), newest.getTime() - LATE));
    const fresh: RunSummary[] = [];
    for (const run of await store.endedSince(from)) {
      const { id, finishedAt } = run;
      if (finishedAt === null || given.has(id)) continue;
      given.set(id, finishedAt);
      fresh.push(run);
      newest = new Date(Math.max(newest.getTime(), Date.parse(finishedAt)));
    }
    for (const [id, at] of given) if (Date.parse(at) < newest.getTime() - LATE) given.delete(id);
    return fresh;
  };
}

const lineOf = (run: RunSummary): string =>
  [
    timeText(run.finishedAt ?? run.startedAt),
    run.id,
    run.workflow,
    statusText(run.status),
    durationText(tookOf(run)),
    run.error?.message ?? "",
  ]
    .map(fitForTerminal)
    .join(process.stdout.isTTY ? "  " : "\t");
