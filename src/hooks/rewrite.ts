import type { Verdict } from "../model/verdict.ts";
import type { HookParts } from "./hook-parts.ts";
import { forwardedAs } from "./request/forwarded.ts";
import { untouched } from "./request/draft.ts";
import type { Way } from "./way.ts";

/**
 * The way of a request that concerns no workflow, but whose body must be looked at: several keys go into it, or it asks for
 * another method by `_method`, which a guarded collection must not be asked for.
 */
export function rewrite({
  readBody,
  upstream,
  facts: { withheld },
}: Pick<HookParts, "readBody" | "upstream" | "facts">): Way<Extract<Verdict, { way: "rewrite" }>> {
  return async (request, response, { line, keys, rule }, { requestId }) => {
    const body = await readBody(request, rule);
    const set = { "x-request-id": requestId };
    const state = untouched(body, {});
    await upstream.stream(
      request,
      response,
      forwardedAs({ request, line, body, state, keys, set, withheld }),
    );
  };
}
