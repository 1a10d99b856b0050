import { IncomingMessage, ServerResponse } from "node:http";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import type { Log } from "../model/log.ts";
import { requestIdOf, traceparentOf } from "../model/trace.ts";
import type { TraceRequest } from "../model/tracing.ts";
import type { Verdict } from "../model/verdict.ts";
import { actionHooks } from "./action-hooks.ts";
import { customActionHooks } from "./custom-action/custom-action.ts";
import { sendError } from "./answer/error.ts";
import type { HookParts } from "./hook-parts.ts";
import { indexWorkflows } from "./plan/plan.ts";
import { logEnd } from "./request-log.ts";
import { resumeLinkWay } from "./resume/link-way.ts";
import { rewrite } from "./rewrite.ts";
import type { Way } from "./way.ts";
import { webhooks } from "./webhook/webhooks.ts";
import { WorkflowReport } from "./answer/workflow-report.ts";

/** The front door's verdicts on requests that go through the app. */
export type AppVerdict = Exclude<Verdict, { way: "web" | "pass" }>;

/** What concerned requests are dealt with by, under one configuration. */
export interface Hooks {
  /** Decides by what the verdict says. */
  readonly way: Way<AppVerdict>;
  readonly log: Log;
  /** Gets a line a request; null: no lines are wanted. */
  readonly requestLog: Pick<Log, "info"> | null;
  /** Begins the trace of a request; null: nothing is traced. */
  readonly trace: TraceRequest | null;
}

/** The Express app that concerned requests go through, whatever configuration they come under. */
export interface HooksApp {
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    verdict: AppVerdict,
    hooks: Hooks,
  ): void;
  /** For `http.createServer`: they have Express's prototypes from birth, so that Express need not change them. */
  readonly classes: {
    readonly IncomingMessage: typeof IncomingMessage;
    readonly ServerResponse: typeof ServerResponse;
  };
}

/** Values that a request carries through Express. Only this file reads them. */
interface Locals extends Record<string, unknown> {
  readonly verdict: AppVerdict;
  readonly report: WorkflowReport;
  readonly hooks: Hooks;
}

/** Makes the app: one for the process, as the server's classes are. */
export function hooksApp(): HooksApp {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", false);
  const classes = presetClasses(app);
  app.use((request, response: Response<unknown, Locals>) => {
    const { verdict, report, hooks } = response.locals;
    return hooks.way(request, response, verdict, report);
  });
  // Express knows that this one is for errors by its four parameters.
  app.use((thrown: unknown, _: Request, response: Response<unknown, Locals>, _next: NextFunction) =>
    sendError(response, thrown, response.locals.report, response.locals.hooks.log),
  );
  return {
    classes,
    handle(request, response, verdict, hooks) {
      const { "x-request-id": sentId, traceparent: sent } = request.headers;
      const requestId = requestIdOf(String(sentId ?? ""));
      const trace = hooks.trace?.(request, response, { verdict, requestId }) ?? null;
      const traceparent = trace?.traceparent ?? traceparentOf(String(sent ?? ""));
      const report = new WorkflowReport(requestId, traceparent);
      const { requestLog } = hooks;
      if (requestLog !== null) logEnd(requestLog, request, response, verdict, report);
      // Express keeps locals that are there already.
      Object.assign(response, { locals: { verdict, report, hooks } satisfies Locals });
      if (trace === null) app(request, response);
      else trace.during(() => void app(request, response));
    },
  };
}

/** Makes the way of every request that goes through the app, under one configuration. */
export function hooksWay(parts: HookParts): Way<AppVerdict> {
  const workflows = indexWorkflows(parts.workflows, parts.collections);
  const actions = actionHooks(workflows, parts);
  const customActions = customActionHooks(workflows, parts);
  const hooked = webhooks(parts);
  const resuming = resumeLinkWay(parts);
  const rewriting = rewrite(parts);

  return async (request, response, verdict, report) => {
    if (verdict.way === "refuse") throw verdict.error;
    if (verdict.way === "rewrite") return rewriting(request, response, verdict, report);
    const { action, line } = verdict;
    if (line !== null) return actions(request, response, { action, line }, report);
    if (action.name === "resume") return resuming(request, response, action, report);
    const own = action.collection === "webhook" ? hooked : customActions;
    return own(request, response, action, report);
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
