import { type ErrorCode, GatewayError, STATUS } from "../../model/errors.ts";
import type { Skip } from "./skip.ts";
import type { OwnAnswer } from "../answer/own-answer.ts";

const WHY: Readonly<Record<Skip["reason"], string>> = {
  unknown: "is unknown: there is no such workflow",
  disabled: "is disabled",
  association: "names an unknown association in its path",
  collection: "is bound to another collection",
  action: "is not bound to this action",
  role: "is not for this role",
};

/** What `unknownKeys: reject` answers. SPEC, section 3. */
export function unknownWorkflow(skipped: readonly Skip[]): GatewayError {
  const message = `triggerWorkflows can't be followed: ${skipped.map(reason).join("; ")}`;
  return new GatewayError("UNKNOWN_WORKFLOW", message);
}

/** What a `trigger` request is answered whose keys were all skipped: one error a key. SPEC, section 7. */
export function nothingToRun(skipped: readonly Skip[]): OwnAnswer {
  const forbidden = skipped.every((skip) => skip.reason === "role");
  const code: ErrorCode = forbidden ? "WORKFLOW_FORBIDDEN" : "WORKFLOW_NOT_FOUND";
  const errors = skipped.map((skip) => ({ message: `Workflow ${reason(skip)}`, code }));
  return { status: STATUS[code], headers: {}, body: { errors }, messages: [] };
}

/** A `trigger` request that names no workflow. SPEC, section 7. */
export function nothingNamed(): GatewayError {
  const message = "Name the workflows to run: ?triggerWorkflows=key1,key2";
  return new GatewayError("TRIGGER_WORKFLOWS_REQUIRED", message);
}

const reason = ({ key, reason: why }: Skip) => `"${key.slice(0, 128)}" ${WHY[why]}`;
