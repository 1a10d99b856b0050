import { type RequestHandler, Router } from "express";
import { GatewayError } from "../model/errors.ts";
import type { History } from "../model/history.ts";
import type { OperationResult, Operations } from "../model/operations.ts";
import { jsonBody } from "./json-body.ts";
import { userOf } from "./users.ts";
import { onlyPost } from "./only-post.ts";
import { type ReplayParts, replay } from "./replay.ts";
import { type ByHandParts, runByHand } from "./run-by-hand.ts";
import { resumeRun } from "./resume-run.ts";
import { runView } from "./run-view.ts";
import { sendRun } from "./send-run.ts";
import { sameOrigin } from "./same-origin.ts";

/** The parts of other rooms that operations need. */
export interface OperationParts extends Omit<ReplayParts, "operations">, ByHandParts {
  readonly history: Pick<History, "get" | "list" | "definition">;
  readonly operations: Operations;
}

/** The operations on one run, each with the error for runs in another state. */
const VERBS = {
  cancel: "Only a run that is queued, waits or runs, and that no client waits for, can be canceled",
  dismiss: "Only a run that is unconfirmed can be dismissed",
} as const;

/**
 * The operations of an operator:
 *
 *     POST /runs/:id/cancel     → 200, the run     queued, waiting or running: it ends as canceled
 *     POST /runs/:id/dismiss    → 200, the run     unconfirmed: it is dealt with
 *     POST /runs/:id/resume     → 200, the run     waiting: it goes on at once; { step, choice, body } answers a step `wait`
 *     POST /runs/:id/replay     → 201, the new run { from, data, definition }
 *     POST /workflows/:key/run  → 201, the new run { context }
 *
 * Errors are 403 FORBIDDEN (another page), 404 NOT_FOUND and WORKFLOW_NOT_FOUND, 409 CONFLICT where the run is in another
 * state, 400 BAD_REQUEST and BAD_JSON, 413 BODY_TOO_LARGE, 415 UNSUPPORTED_MEDIA_TYPE, 503 STORE_UNAVAILABLE.
 * @see docs/operation.md, "Operations"
 */
export function operationRoutes(parts: OperationParts): Router {
  const { operations } = parts;
  const routes = Router();
  const operate =
    (verb: keyof typeof VERBS): RequestHandler<{ id: string }> =>
    async ({ params: { id } }, response) => {
      mustBeDone(verb, await operations[verb](id));
      await sendRun(response, await runView(id, parts));
    };
  routes.post(["/runs/:id/:verb", "/workflows/:key/run"], sameOrigin);
  routes.post(["/runs/:id/replay", "/workflows/:key/run"], ...jsonBody);
  routes.post("/runs/:id/cancel", operate("cancel"));
  routes.post("/runs/:id/dismiss", operate("dismiss"));
  routes.post("/runs/:id/resume", ...jsonBody, async (request, response) => {
    const id = String(request.params["id"]);
    await resumeRun(id, request.body, userOf(request), operations);
    await sendRun(response, await runView(id, parts));
  });
  routes.post("/runs/:id/replay", async ({ params, body }, response) => {
    const id = await replay(params.id, body, parts);
    await sendRun(response, await runView(id, parts), 201);
  });
  routes.post("/workflows/:key/run", async ({ params, body }, response) => {
    const id = await runByHand(params.key, body, parts);
    await sendRun(response, await runView(id, parts), 201);
  });
  routes.all(
    ["/runs/:id/cancel", "/runs/:id/dismiss", "/runs/:id/resume", "/runs/:id/replay"],
    onlyPost,
  );
  routes.all("/workflows/:key/run", onlyPost);
  return routes;
}

/** @throws {GatewayError} NOT_FOUND, CONFLICT */
function mustBeDone(verb: keyof typeof VERBS, done: OperationResult): void {
  if (done.outcome === "done") return;
  if (done.outcome === "no such run") throw new GatewayError("NOT_FOUND", "There is no such run");
  throw new GatewayError("CONFLICT", `${VERBS[verb]}; this one is ${done.status}`);
}
