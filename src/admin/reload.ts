import { Router } from "express";
import type { ErrorCode } from "../model/errors.ts";
import { type Problem, problemText } from "../model/position.ts";
import { type ConfigurationState, type Reload, reloadMessage } from "../model/reload.ts";
import { onlyPost } from "./only-post.ts";
import { sameOrigin } from "./same-origin.ts";

/** The parts that reloading by a request needs. */
export interface ReloadParts {
  /** Reads the configuration anew; it serves if nothing is wrong with it. @throws {GatewayError} CONFLICT while it starts or stops */
  readonly reload: () => Promise<Reload>;
  readonly configuration: () => ConfigurationState;
}

/** A reload as requests are told of it. */
export interface ReloadSummary {
  /** When it was done. ISO 8601, UTC. */
  readonly at: string;
  readonly ok: boolean;
  readonly message: string;
}

/**
 * The configuration is read anew:
 *
 *     POST /reload → 200 {"hash":"5f70…","at":"2026-11-28T12:00:00.000Z","ok":true,"message":"the configuration was reloaded"}
 *                  → 400 {"errors":[{"message":"gateway.yaml:3:5: …","code":"CONFIGURATION_REFUSED","file":…,"line":3,"col":5}]}
 *
 * @see docs/operation.md, "Reload"
 */
export function reloadRoutes({ reload, configuration }: ReloadParts): Router {
  const routes = Router();
  routes.post("/reload", sameOrigin, async (_request, response) => {
    const done = await reload();
    if (done.ok) response.json({ hash: configuration().hash, ...reloadSummary(done) });
    else response.status(400).json({ errors: done.problems.map(errorOf) });
  });
  routes.all("/reload", onlyPost);
  return routes;
}

/** @param tell how a problem is told; default: with its place and its message */
export const reloadSummary = (
  reload: Reload,
  tell: (problem: Problem) => string = problemText,
): ReloadSummary => ({
  at: reload.at.toISOString(),
  ok: reload.ok,
  message: reloadMessage(reload, tell),
});

const errorOf = (problem: Problem) => {
  const { file, line, col } = problem;
  const code: ErrorCode = "CONFIGURATION_REFUSED";
  return { message: problemText(problem), code, file, line, col };
};
