import { z } from "zod";
import { GatewayError } from "../model/errors.ts";
import type { History, RunDetail } from "../model/history.ts";
import { type Json, type JsonObject, isJsonObject } from "../model/json.ts";
import type { Operations } from "../model/operations.ts";
import { type Definition, type Workflow, isAroundAction } from "../model/workflow.ts";
import { newRun } from "../model/new-run.ts";

/** The parts of other rooms that a replay needs. */
export interface ReplayParts {
  readonly history: Pick<History, "get" | "definition">;
  readonly operations: Pick<Operations, "replay">;
  /** Today's workflow of a key; null when there is none. */
  readonly workflowOf: (key: string) => Workflow | null;
  /** A workflow as its recorded definition says. @throws {Error} that says why it can't be compiled any more */
  readonly revive: (key: string, definition: Definition) => Workflow;
  /**
   * A record as the service sees it, with associations loaded into it: `["category"]`. Null when there is none; rejects when
   * it can't be loaded.
   */
  readonly loadRecord: (
    collection: string,
    key: string,
    appends: readonly string[],
  ) => Promise<Json>;
  readonly now: () => Date;
}

const wishes = z.strictObject({
  from: z.string().min(1).optional(),
  definition: z.enum(["today", "old"]).default("today"),
  data: z.custom<Json>((value) => value !== undefined).optional(),
});

/**
 * Repeats a run: a new run is queued, on the recorded context and today's definition, or the recorded one where
 * `definition` is `old`. It answers no client and changes no request. `from` takes over the results of the steps before that path; `data` replaces the record.
 *
 * A run that is unconfirmed, or was unconfirmed when it was dismissed, never saw the record: the record is loaded by its
 * key, unless `data` gives it.
 * @returns the new run's id
 * @throws {GatewayError} NOT_FOUND, BAD_REQUEST, CONFLICT where it can't be replayed, STORE_UNAVAILABLE
 * @see docs/operation.md, "Operations"
 */
export async function replay(id: string, body: unknown, parts: ReplayParts): Promise<string> {
  const wish = wishes.safeParse(body ?? {});
  if (!wish.success) {
    throw new GatewayError(
      "BAD_REQUEST",
      'A replay takes { from: a step\'s path, data: the record, definition: "today" or "old" }',
    );
  }
  const run = await parts.history.get(id);
  if (run === null) throw noSuchRun();
  if (run.replayedAs !== null) throw conflict(`It was replayed already, as ${run.replayedAs}`);
  const workflow =
    wish.data.definition === "old" ? await recordedOf(run, parts) : todaysOf(run, parts);
  const reused = reusedOf(run, wish.data.from);
  const trigger = await contextOf(run, workflow, wish.data.data, parts.loadRecord);
  const { requestId } = run;
  const again = newRun(workflow, trigger, parts.now(), { requestId, replayOf: id });
  const done = await parts.operations.replay(again, reused);
  if (done.outcome === "done") return again.id;
  if (done.outcome === "no such run") throw noSuchRun();
  throw conflict(
    done.status === "dismissed"
      ? "It was replayed already"
      : `Only a run that has ended, or is unconfirmed, can be replayed; this one is ${done.status}`,
  );
}

function todaysOf({ workflow: key }: RunDetail, { workflowOf }: ReplayParts): Workflow {
  const workflow = workflowOf(key);
  if (workflow !== null) return workflow;
  throw conflict(`There is no workflow "${key}" any more; replay it on its old definition`);
}

/** The workflow that the run ran with. */
async function recordedOf(
  { workflow: key, definition: { hash } }: RunDetail,
  { history, revive }: ReplayParts,
): Promise<Workflow> {
  const definition = await history.definition(hash);
  if (definition === null) throw conflict("Its definition is not kept any more");
  try {
    return revive(key, definition);
  } catch (error) {
    throw conflict((error as Error).message, { cause: error });
  }
}

/** The recorded context, with the record in it where the run never saw it. */
async function contextOf(
  { status, trigger }: RunDetail,
  workflow: Workflow,
  data: Json | undefined,
  loadRecord: ReplayParts["loadRecord"],
): Promise<JsonObject> {
  if (!isJsonObject(trigger) || trigger["truncated"] === true) {
    throw conflict("Its context was too large to be kept, so it can't be replayed");
  }
  if (data !== undefined) return { ...trigger, data };
  if (status !== "unconfirmed" && status !== "dismissed") return trigger;
  return { ...trigger, data: await recordOf(trigger, workflow, loadRecord) };
}

/** The record that the run would have seen, if the action had been confirmed. */
async function recordOf(
  { collection, params }: JsonObject,
  { trigger: bound }: Workflow,
  loadRecord: ReplayParts["loadRecord"],
): Promise<Json> {
  const key = isJsonObject(params) ? params["filterByTk"] : null;
  const named = typeof key === "string" || typeof key === "number" || typeof key === "bigint";
  // Bound to another collection, it would have seen a record that an association leads to.
  const own = isAroundAction(bound) && bound.collection === collection;
  if (!named || !own)
    throw conflict("The run does not say which record it was about; give the record as data");
  const { appends, each } =
    bound.type === "post-action" ? bound : ({ appends: [], each: "record" } as const);
  let record: Json;
  try {
    record = await loadRecord(bound.collection, String(key), appends);
  } catch (error) {
    const { message } = error as Error;
    throw conflict(`The record can't be loaded (${message}); give it as data`, { cause: error });
  }
  if (record === null) throw conflict(`There is no record ${key} any more; give it as data`);
  return each === "request" ? [record] : record;
}

/** Paths of the steps that ended before the first record of `from`, or of what it holds: `turns`, `turns[0].pay`. */
function reusedOf({ steps }: RunDetail, from: string | undefined): readonly string[] {
  if (from === undefined) return [];
  const inside = [`${from}.`, `${from}[`];
  const first = steps.findIndex(
    ({ path }) => path === from || inside.some((start) => path.startsWith(start)),
  );
  if (first >= 0) return [...new Set(steps.slice(0, first).map(({ path }) => path))];
  throw new GatewayError("BAD_REQUEST", `The run has not done a step "${from}"`);
}

const noSuchRun = () => new GatewayError("NOT_FOUND", "There is no such run");

const conflict = (message: string, options?: ErrorOptions) =>
  new GatewayError("CONFLICT", message, options);
