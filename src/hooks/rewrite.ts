import type { RequestHandler } from "express";
import type { ReadRequestBody } from "../model/body.ts";
import type { Upstream } from "../model/upstream.ts";
import type { Verdict } from "../model/verdict.ts";
import { outgoing } from "./outgoing.ts";
import { untouched } from "./request-state.ts";

/** What the app hands on with a request. */
interface Locals {
  readonly verdict: Extract<Verdict, { way: "rewrite" }>;
  readonly requestId: string;
}

/**
 * The way of a request that concerns no workflow, but whose body must be looked at: several keys go into it, or it asks for
 * another method by `_method`, which a guarded collection must not be asked for. The verdict is in `response.locals`.
 */
export function rewrite(
  readBody: ReadRequestBody,
  upstream: Pick<Upstream, "carry">,
): RequestHandler {
  return async (request, response) => {
    const { verdict, requestId } = response.locals as Locals;
    const { line, keys, rule } = verdict;
    const body = await readBody(request, rule);
    const set = ["X-Request-Id", requestId];
    const state = untouched(body, {});
    await upstream.carry(request, response, outgoing({ request, line, body, state, keys, set }));
  };
}
