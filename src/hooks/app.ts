import { IncomingMessage, ServerResponse } from "node:http";
import express, { type Express, type RequestHandler } from "express";
import type { Action } from "../model/action.ts";
import { requestIdOf } from "../model/trace.ts";
import type { Verdict } from "../model/verdict.ts";
import { actionHooks } from "./action-hooks.ts";
import { customActionHooks } from "./custom-action/custom-action.ts";
import { errorResponse } from "./error-response.ts";
import type { HookParts } from "./hook-parts.ts";
import { indexWorkflows } from "./plan.ts";
import { rewrite } from "./rewrite.ts";
import { webhooks } from "./webhook/webhooks.ts";

/** The Express app that concerned requests go through. */
export interface HooksApp {
  handle(request: IncomingMessage, response: ServerResponse, verdict: Verdict): void;
  /** For `http.createServer`: they have Express's prototypes from birth, so that Express need not change them. */
  readonly classes: {
    readonly IncomingMessage: typeof IncomingMessage;
    readonly ServerResponse: typeof ServerResponse;
  };
}

/** Makes the app. What a verdict says decides its way through it. */
export function hooksApp(parts: HookParts): HooksApp {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", false);
  const classes = presetClasses(app);
  const workflows = indexWorkflows(parts.workflows, parts.collections);
  const actions = actionHooks(workflows, parts);
  const customActions = customActionHooks(workflows, parts);
  const hooked = webhooks(parts);
  const rewriting = rewrite(parts.readBody, parts.upstream);

  const wayOf = ({ collection, name }: Action): RequestHandler => {
    if (name !== "trigger") return actions;
    return collection === "webhook" ? hooked : customActions;
  };
  app.use((request, response, next) => {
    const { verdict } = response.locals as { verdict: Verdict };
    if (verdict.way === "hooks") return wayOf(verdict.action)(request, response, next);
    if (verdict.way === "rewrite") return rewriting(request, response, next);
    if (verdict.way === "refuse") throw verdict.error;
    return next();
  });
  app.use(errorResponse(parts.log));
  return {
    classes,
    handle(request, response, verdict) {
      // Express keeps locals that are there already.
      (response as ServerResponse & { locals: object }).locals = {
        verdict,
        requestId: requestIdOf(String(request.headers["x-request-id"] ?? "")),
      };
      app(request as never, response as never);
    },
  };
}

/**
 * Express sets the prototype of every request and answer to objects of its own, which makes each of them slow. Objects that
 * have these prototypes already are left as they are.
 */
function presetClasses(app: Express): HooksApp["classes"] {
  class PresetRequest extends IncomingMessage {}
  class PresetResponse extends ServerResponse {}
  Object.setPrototypeOf(PresetRequest.prototype, express.request);
  Object.setPrototypeOf(PresetResponse.prototype, express.response);
  const own = { app: { value: app, configurable: true, writable: true, enumerable: true } };
  app.request = Object.defineProperties(
    PresetRequest.prototype,
    own,
  ) as unknown as Express["request"];
  app.response = Object.defineProperties(
    PresetResponse.prototype,
    own,
  ) as unknown as Express["response"];
  return {
    IncomingMessage: PresetRequest,
    ServerResponse: PresetResponse as typeof ServerResponse,
  };
}
