import { type RequestHandler, Router, json } from "express";
import { GatewayError } from "../model/errors.ts";
import type { History } from "../model/history.ts";
import type { Operated, Operations } from "../model/operations.ts";
import { type ReplayParts, replay } from "./replay.ts";
import { sameOrigin } from "./same-origin.ts";

/** What an operator's words need of other rooms. */
export interface OperationParts extends Omit<ReplayParts, "operations"> {
  readonly history: Pick<History, "get">;
  readonly operations: Operations;
}

/** What a body of an operator may hold: a record, given as data. */
const LIMIT = "10mb";

/**
 * What an operator may do with a run:
 *
 *     POST /runs/:id/cancel    → 200, the run     queued, waiting or running: it ends as canceled
 *     POST /runs/:id/dismiss   → 200, the run     unconfirmed: it is dealt with
 *     POST /runs/:id/resume    → 200, the run     waiting: it goes on at once
 *     POST /runs/:id/replay    → 201, the new run { from, data }
 *
 * Errors are 404 NOT_FOUND, 409 CONFLICT where the run is in another state, 400 BAD_REQUEST.
 * @see SPEC.md, section 14
 */
export function operationRoutes(parts: OperationParts): Router {
  const { history, operations } = parts;
  const routes = Router();
  const operate =
    (verb: "cancel" | "dismiss" | "resume"): RequestHandler =>
    async (request, response) => {
      const id = String(request.params["id"]);
      mustBeDone(verb, await operations[verb](id));
      response.json(await history.get(id));
    };
  routes.post("/runs/:id/:verb", sameOrigin);
  routes.post("/runs/:id/cancel", operate("cancel"));
  routes.post("/runs/:id/dismiss", operate("dismiss"));
  routes.post("/runs/:id/resume", operate("resume"));
  routes.post("/runs/:id/replay", json({ limit: LIMIT }), async (request, response) => {
    const id = await replay(String(request.params["id"]), request.body, parts);
    response.status(201).json(await history.get(id));
  });
  routes.all("/runs/:id/:verb", ({ method, params }) => {
    const known = ["cancel", "dismiss", "resume", "replay"].includes(String(params["verb"]));
    if (!known)
      throw new GatewayError("NOT_FOUND", `There is nothing to do called ${params["verb"]}`);
    const headers = { Allow: "POST" };
    throw new GatewayError("METHOD_NOT_ALLOWED", `${method} is not possible here`, { headers });
  });
  return routes;
}

/** @throws {GatewayError} NOT_FOUND, CONFLICT */
function mustBeDone(verb: string, done: Operated): void {
  if (done.outcome === "done") return;
  if (done.outcome === "no such run") throw new GatewayError("NOT_FOUND", "There is no such run");
  throw new GatewayError("CONFLICT", `A run that is ${done.status} takes no ${verb}`);
}
