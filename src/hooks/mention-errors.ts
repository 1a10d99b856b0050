import type { Action } from "../model/action.ts";
import { GatewayError } from "../model/errors.ts";
import type { Skip } from "./skip.ts";

const WHY: Readonly<Record<Skip["reason"], string>> = {
  unknown: "there is no such workflow",
  disabled: "it is disabled",
  association: "its path names an unknown association",
  collection: "it is bound to another collection",
  action: "it is not bound to this action",
  role: "it is not for this role",
};

/** What `unknownKeys: reject` answers. SPEC, section 3. */
export function unknownWorkflow(skipped: readonly Skip[]): GatewayError {
  return new GatewayError(
    "UNKNOWN_WORKFLOW",
    `triggerWorkflows can't be followed: ${reasons(skipped)}`,
  );
}

/** A `trigger` request whose keys were all skipped. SPEC, section 7. */
export function nothingToRun(skipped: readonly Skip[]): GatewayError {
  const forbidden = skipped.every(({ reason }) => reason === "role");
  const code = forbidden ? "WORKFLOW_FORBIDDEN" : "WORKFLOW_NOT_FOUND";
  return new GatewayError(code, `No workflow to run: ${reasons(skipped)}`);
}

/** A `trigger` request that names no workflow: an unknown webhook, or a custom action without `triggerWorkflows`. */
export function nothingNamed({ collection, keys }: Action): GatewayError {
  if (collection === "webhook") {
    return new GatewayError(
      "WORKFLOW_NOT_FOUND",
      `There is no webhook "${(keys[0] ?? "").slice(0, 128)}"`,
    );
  }
  const message = "Name the workflows to run: ?triggerWorkflows=key1,key2";
  return new GatewayError("TRIGGER_WORKFLOWS_REQUIRED", message);
}

const reasons = (skipped: readonly Skip[]) =>
  skipped.map(({ key, reason }) => `"${key.slice(0, 128)}": ${WHY[reason]}`).join("; ");
