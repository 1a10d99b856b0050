import express, { type Express, type RequestHandler } from "express";
import { GatewayError, errorBody, gatewayError } from "../model/errors.ts";
import type { History } from "../model/history.ts";
import type { Log } from "../model/log.ts";
import { placeText } from "../model/position.ts";
import type { Workflow } from "../model/workflow.ts";
import { type EventParts, eventStream } from "./events.ts";
import { ownHosts } from "./hosts.ts";
import { type OperationParts, operationRoutes } from "./operations.ts";
import { page } from "./page.ts";
import { type ReloadParts, type ReloadSummary, reloadRoutes, reloadSummary } from "./reload.ts";
import { runQueryOf } from "./run-query.ts";
import { runView } from "./run-view.ts";
import { sendRun } from "./send-run.ts";
import { sinceOf } from "./statistics-query.ts";
import { type ProcessFacts, statusOf } from "./status.ts";
import { onlyUsers } from "./users.ts";
import { workflowView } from "./workflow-view.ts";
import { workflowList } from "./workflow-list.ts";

/** The parts and settings of the admin port. */
export interface AdminOptions
  extends Omit<OperationParts, "history">, ReloadParts, EventParts, ProcessFacts {
  /** The host it listens on, as configured. */
  readonly host: string;
  /** Name → password; empty: everyone who can reach the port. */
  readonly users: Readonly<Record<string, string>>;
  readonly history: Pick<
    History,
    "list" | "get" | "definition" | "counts" | "recentCounts" | "durations" | "ready"
  >;
  /** All numbers as text, and its media type. */
  readonly metrics: () => Promise<{ readonly type: string; readonly body: string }>;
  readonly workflows: () => readonly Workflow[];
  /** Whether the gateway serves: false while it starts and stops. */
  readonly serving: () => boolean;
  readonly log: Log;
}

/**
 * The admin port as an Express app: `/healthz`, `/readyz` and `/metrics` for everyone, `/runs`, `/runs/:id`, `/workflows`, the
 * operations and `/reload` for its users.
 *
 *     GET /runs?status=failed&limit=2 → {"runs":[{"id":"0192…","workflow":"check-title",…}],"next":"0192…"}
 *     GET /runs/0192…                 → {"id":"0192…","trigger":{…},"steps":[…],…}
 *     GET /workflows                  → {"workflows":[{"key":"check-title",…}]}
 *
 * Errors are 400 BAD_REQUEST, 401 UNAUTHENTICATED, 403 FORBIDDEN (another page's Host), 404 NOT_FOUND, 405 METHOD_NOT_ALLOWED.
 * @see docs/operation.md, "Admin port"
 */
export function adminApp(options: AdminOptions): Express {
  const { host, users, history, metrics, workflows, configuration, serving, now, log } = options;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", "simple");
  app.use(ownHosts(host), plainHeaders);

  route(app, "/healthz", (_request, response) => void response.json({ status: "ok" }));
  route(app, "/readyz", (_request, response) => {
    const ready = serving() && history.ready();
    const status = ready ? "ok" : "unavailable";
    response.status(ready ? 200 : 503).json({ status, ...refusal(options) });
  });
  route(app, "/metrics", async (_request, response) => {
    const { type, body } = await metrics();
    response.type(type).send(body);
  });

  app.use(onlyUsers(users));
  app.use(page());
  route(app, "/runs", async (request, response) => {
    response.json(await history.list(runQueryOf(request.query)));
  });
  route(app, "/runs/:id", async (request, response) => {
    const run = await runView(String(request.params["id"]), options);
    if (run === null) throw new GatewayError("NOT_FOUND", "There is no such run");
    await sendRun(response, run);
  });
  route(app, "/workflows", async (_request, response) => {
    response.json({ workflows: workflowList(workflows(), await history.counts()) });
  });
  route(app, "/workflows/:key", async (request, response) => {
    const key = String(request.params["key"]);
    const workflow = options.workflowOf(key);
    if (workflow === null) {
      throw new GatewayError("WORKFLOW_NOT_FOUND", `There is no workflow "${key}"`);
    }
    response.json(await workflowView(workflow, history, now()));
  });
  route(app, "/statistics", async (request, response) => {
    const since = sinceOf(request.query, now());
    response.json({ since: since.toISOString(), ...(await history.recentCounts(since)) });
  });
  route(app, "/status", async (_request, response) => {
    const ready = history.ready();
    response.json(statusOf(options, configuration(), ready, await history.counts()));
  });
  route(app, "/events", eventStream(options));
  app.use(operationRoutes(options));
  app.use(reloadRoutes(options));

  app.use(() => {
    throw new GatewayError(
      "NOT_FOUND",
      "There is nothing here; try /runs, /workflows, /statistics, /status, /events, /metrics, /healthz or /readyz",
    );
  });
  app.use(errorAnswer(log));
  return app;
}

/**
 * The last reload, where it was refused. Problems may quote the configuration, so where the port has users, others are told
 * only where they stand.
 */
function refusal({ configuration, users }: AdminOptions): { lastReload?: ReloadSummary } {
  const { lastReload } = configuration();
  if (lastReload === null || lastReload.ok) return {};
  const isOpen = Object.keys(users).length === 0;
  return { lastReload: isOpen ? reloadSummary(lastReload) : reloadSummary(lastReload, placeText) };
}

/** Adds a path that only takes GET and HEAD. */
function route(app: Express, path: string, handler: RequestHandler): void {
  app.get(path, handler);
  app.all(path, ({ method }) => {
    const headers = { Allow: "GET, HEAD" };
    throw new GatewayError(
      "METHOD_NOT_ALLOWED",
      `${method} is not allowed here; only GET and HEAD are`,
      { headers },
    );
  });
}

/** Forbids browsers to cache an answer, to guess its type, or to show it inside another page. */
const plainHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  });
  next();
};

function errorAnswer(log: Log): express.ErrorRequestHandler {
  return (thrown: unknown, _request, response, next) => {
    const error = ownError(thrown);
    if (error.status >= 500) log.error({ err: error.cause ?? error }, "admin request failed");
    if (response.headersSent) return next(thrown);
    response.status(error.status).set(error.headers).json(errorBody(error));
  };
}

/** The gateway's own error for an error of Express or its body parser. */
function ownError(thrown: unknown): GatewayError {
  if (thrown instanceof URIError) return badPath(thrown);
  const { type } = thrown as { type?: unknown };
  if (type === "entity.too.large") {
    return new GatewayError("BODY_TOO_LARGE", "The body is too large", { cause: thrown });
  }
  if (type === "charset.unsupported" || type === "encoding.unsupported") {
    const message = "The body should be UTF-8, plain or compressed by gzip, deflate or br";
    return new GatewayError("UNSUPPORTED_MEDIA_TYPE", message, { cause: thrown });
  }
  if (typeof type !== "string" || thrown instanceof GatewayError) return gatewayError(thrown);
  return new GatewayError("BAD_JSON", "The body should be a JSON object", { cause: thrown });
}

/** The error for a path that Express can't decode: `/runs/%zz`. */
const badPath = (cause: URIError) =>
  new GatewayError("BAD_REQUEST", "The path can't be decoded: % needs two hex digits", { cause });
