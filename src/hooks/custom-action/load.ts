import type { Action } from "../../model/action.ts";
import type { ReadyAnswer } from "../../model/caller.ts";
import { ERRORS, type ErrorCode, GatewayError } from "../../model/errors.ts";
import type { Json } from "../../model/json.ts";
import type { RecordAccess } from "../../model/records.ts";
import { StepError } from "../../model/step-error.ts";
import type { CustomActionTrigger } from "../../model/workflow.ts";
import type { Planned } from "../plan/plan.ts";
import { type CustomDataParts, customData } from "./data.ts";

/** `trigger.data` of each workflow, in their order; or the upstream's own 401 or 403. */
export type LoadedData = { readonly data: readonly Json[] } | { readonly refusal: ReadyAnswer };

/**
 * Loads the data of custom actions, in the caller's name.
 * @throws {GatewayError} ONE_RECORD_EXPECTED, RECORD_NOT_FOUND; UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT, UPSTREAM_BROKEN
 */
export async function loadData(
  custom: readonly Planned<CustomActionTrigger>[],
  action: Action,
  values: Json,
  access: RecordAccess,
  parts: CustomDataParts,
): Promise<LoadedData> {
  assertOneRecord(custom, action);
  const dataOf = customData(action, values, access, parts);
  const data: Json[] = [];
  try {
    for (const planned of custom) {
      const found = await dataOf(planned);
      if ("missing" in found) throw notFound(action);
      data.push(found.data);
    }
    return { data };
  } catch (error) {
    if (error instanceof StepError && error.refusal !== null) return { refusal: error.refusal };
    throw loadError(error, action);
  }
}

function assertOneRecord(custom: readonly Planned<CustomActionTrigger>[], { keys }: Action): void {
  const one = custom.find(({ trigger }) => trigger.context === "record");
  if (one === undefined || keys.length <= 1) return;
  const message = `Workflow "${one.workflow.key}" runs on one record; ${keys.length} keys were given`;
  throw new GatewayError("ONE_RECORD_EXPECTED", message);
}

const notFound = ({ collection, keys }: Action) =>
  new GatewayError("RECORD_NOT_FOUND", `There is no record "${keys[0] ?? ""}" in ${collection}`);

/** The error that a client gets for a record that can't be loaded. */
function loadError(error: unknown, action: Action): unknown {
  if (!(error instanceof StepError)) return error;
  if (error.code === "BAD_KEY") return notFound(action);
  if (error.code === "UNKNOWN_ASSOCIATION") {
    return new GatewayError("WORKFLOW_ERROR", error.message, { cause: error });
  }
  const code = Object.hasOwn(ERRORS, error.code) ? (error.code as ErrorCode) : "UPSTREAM_BROKEN";
  return new GatewayError(code, `The record can't be loaded: ${error.message}`, { cause: error });
}
