import pMap from "p-map";
import type { Json } from "../../model/json.ts";
import { RECORDS_AT_ONCE, type RecordAccess, type Records } from "../../model/records.ts";
import type { PostActionTrigger } from "../../model/workflow.ts";
import { appendsAlong, recordAt } from "../plan/association-path.ts";
import type { Planned } from "../plan/plan.ts";
import type { Row } from "./rows.ts";

/** The parts that records are loaded with. */
export interface DataParts {
  readonly records: Pick<Records, "get" | "associate">;
  readonly collection: string;
  /** In the caller's name. */
  readonly access: RecordAccess;
  /** Called with the error when a record could not be loaded. */
  readonly failed: (error: unknown) => void;
}

/** The records of some rows: loaded by key where the answer did not hold them. On failure the submitted values stand in. */
export function loadedRows(
  rows: readonly Row[],
  { records, collection, access, failed }: DataParts,
): Promise<Json[]> {
  const load = async ({ data, key }: Row): Promise<Json> => {
    if (key === null) return data;
    try {
      return (await records.get(collection, key, [], access)) ?? data;
    } catch (error) {
      failed(error);
      return data;
    }
  };
  return pMap(rows, load, { concurrency: RECORDS_AT_ONCE });
}

/**
 * Makes the function that gives a workflow its data, one value a run: the records with the associations that it wants, or
 * the records at the end of its path. An association that can't be loaded is left out; a record at the end of a path is null.
 */
export function dataFor(
  rows: readonly Json[],
  { records, collection, access, failed }: DataParts,
): (planned: Planned<PostActionTrigger>) => Promise<readonly Json[]> {
  const loaded = new Map<string, Promise<readonly Json[]>>();
  const load = async (appends: readonly string[]) => {
    try {
      return await records.associate(collection, rows, appends, access);
    } catch (error) {
      failed(error);
      return rows;
    }
  };
  const associated = (appends: readonly string[]) => {
    const known = loaded.get(appends.join());
    const found = known ?? (appends.length === 0 ? Promise.resolve(rows) : load(appends));
    loaded.set(appends.join(), found);
    return found;
  };
  return async ({ path, trigger: { appends, each } }) => {
    const found = await associated(appendsAlong(path, appends));
    const data = found.map((record) => recordAt(record, path));
    return each === "request" ? [data] : data;
  };
}
