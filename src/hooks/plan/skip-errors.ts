import { ERRORS, type ErrorCode, GatewayError } from "../../model/errors.ts";
import type { Skip } from "./skip.ts";
import type { OwnAnswer } from "../answer/own-answer.ts";

/** Why a key was skipped, in words that follow its name. */
export const WHY_SKIPPED: Readonly<Record<Skip["reason"], string>> = {
  left: "is left to the upstream's own workflows",
  unknown: "is unknown: there is no such workflow",
  disabled: "is disabled",
  association: "names an unknown association in its path",
  collection: "is bound to another collection",
  action: "is not bound to this action",
  role: "is not for this role",
};

/** The error under `unknownKeys: reject`. See docs/workflows.md, "Naming workflows". */
export function unknownWorkflow(skipped: readonly Skip[]): GatewayError {
  const message = `triggerWorkflows can't be followed: ${skipped.map(reason).join("; ")}`;
  return new GatewayError("UNKNOWN_WORKFLOW", message);
}

/** The answer to a `trigger` request whose keys were all skipped: one error a key. See docs/workflows.md, "Custom actions". */
export function nothingToRun(skipped: readonly Skip[]): OwnAnswer {
  const code = whyNothing(skipped);
  const errors = skipped.map((skip) => ({ message: `Workflow ${reason(skip)}`, code }));
  return { status: ERRORS[code].status, headers: {}, body: { errors }, messages: [] };
}

/** Its code. */
export const whyNothing = (skipped: readonly Skip[]): ErrorCode =>
  skipped.every((skip) => skip.reason === "role") ? "WORKFLOW_FORBIDDEN" : "WORKFLOW_NOT_FOUND";

/** The error for a `trigger` request that names no workflow. */
export function nothingNamed(): GatewayError {
  const message = "Name the workflows to run: ?triggerWorkflows=key1,key2";
  return new GatewayError("TRIGGER_WORKFLOWS_REQUIRED", message);
}

const reason = ({ key, reason: why }: Skip) => `"${key.slice(0, 128)}" ${WHY_SKIPPED[why]}`;
