import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { GatewayError } from "../model/errors.ts";
import type { History, RunDetail } from "../model/history.ts";
import { type Json, type JsonObject, isJsonObject } from "../model/json.ts";
import type { Operations } from "../model/operations.ts";
import type { NewRun } from "../model/queue.ts";
import type { Workflow } from "../model/workflow.ts";

/** What a replay needs of other rooms. */
export interface ReplayParts {
  readonly history: Pick<History, "get">;
  readonly operations: Pick<Operations, "replay">;
  /** Today's workflow of a key; null when there is none. */
  readonly workflowOf: (key: string) => Workflow | null;
  /** A record as the service sees it; null when there is none, or it can't be had. */
  readonly loadRecord: (collection: string, key: string) => Promise<Json>;
  readonly now: () => Date;
}

const wishes = z.strictObject({
  from: z.string().min(1).optional(),
  data: z.custom<Json>((value) => value !== undefined).optional(),
});

/**
 * Makes a run once more: a new one, queued, on the recorded context and today's definition. It answers nobody and changes
 * no request. `from` takes over what the steps before that path gave; `data` stands in for the record.
 *
 * An unconfirmed run never saw the record: it is loaded by its key, unless `data` gives it.
 * @returns the new run's id
 * @throws {GatewayError} NOT_FOUND, BAD_REQUEST, CONFLICT where it can't be replayed, STORE_UNAVAILABLE
 * @see SPEC.md, sections 6 and 13
 */
export async function replay(id: string, body: unknown, parts: ReplayParts): Promise<string> {
  const wish = wishes.safeParse(body ?? {});
  if (!wish.success) {
    throw new GatewayError(
      "BAD_REQUEST",
      "A replay takes { from: a step's path, data: the record }",
    );
  }
  const run = await parts.history.get(id);
  if (run === null) throw new GatewayError("NOT_FOUND", "There is no such run");
  const workflow = parts.workflowOf(run.workflow);
  if (workflow === null) throw conflict(`There is no workflow "${run.workflow}" any more`);
  const trigger = await contextOf(run, wish.data.data, parts.loadRecord);
  const again: NewRun = {
    ...{ id: uuidv7(), workflow, trigger, acceptedAt: parts.now() },
    ...{ requestId: run.requestId, traceparent: null, depth: 0, parent: null, replayOf: id },
  };
  const done = await parts.operations.replay(again, reusedOf(run, wish.data.from));
  if (done.outcome === "no such run") throw new GatewayError("NOT_FOUND", "There is no such run");
  if (done.outcome === "done") return again.id;
  throw conflict(`A run that is ${done.status} can't be replayed`);
}

/** The recorded context, with the record in it where the run never saw it. */
async function contextOf(
  run: RunDetail,
  data: Json | undefined,
  loadRecord: ReplayParts["loadRecord"],
): Promise<JsonObject> {
  const { trigger } = run;
  if (!isJsonObject(trigger) || trigger["truncated"] === true) {
    throw conflict("Its context was too large to be kept, so it can't be replayed");
  }
  if (data !== undefined) return { ...trigger, data };
  if (run.status !== "unconfirmed") return trigger;
  const { collection, params } = trigger;
  const key = isJsonObject(params) ? params["filterByTk"] : null;
  const single = typeof key === "string" || typeof key === "number";
  const record = single ? await loadRecord(String(collection), String(key)) : null;
  if (record !== null) return { ...trigger, data: record };
  throw conflict("Nobody knows which record it is about, or it can't be loaded; give it as data");
}

/** Paths of the steps that ended before the first record of `from`. */
function reusedOf({ steps }: RunDetail, from: string | undefined): readonly string[] {
  if (from === undefined) return [];
  const first = steps.findIndex(({ path }) => path === from || path.startsWith(`${from}.`));
  if (first >= 0) return [...new Set(steps.slice(0, first).map(({ path }) => path))];
  throw new GatewayError("BAD_REQUEST", `The run did no step "${from}"`);
}

const conflict = (message: string) => new GatewayError("CONFLICT", message);
