import type { ReadRequestBody } from "../model/body.ts";
import type { Upstream } from "../model/upstream.ts";
import type { Verdict } from "../model/verdict.ts";
import { forwardedAs } from "./request/forwarded.ts";
import { untouched } from "./request/draft.ts";
import type { Way } from "./way.ts";

/**
 * The way of a request that concerns no workflow, but whose body must be looked at: several keys go into it, or it asks for
 * another method by `_method`, which a guarded collection must not be asked for.
 */
export function rewrite(
  readBody: ReadRequestBody,
  upstream: Pick<Upstream, "stream">,
): Way<Extract<Verdict, { way: "rewrite" }>> {
  return async (request, response, { line, keys, rule }, { requestId }) => {
    const body = await readBody(request, rule);
    const set = { "x-request-id": requestId };
    const state = untouched(body, {});
    await upstream.stream(
      request,
      response,
      forwardedAs({ request, line, body, state, keys, set }),
    );
  };
}
