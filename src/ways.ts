import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Look } from "./front/front-door.ts";
import type { AppVerdict, Hooks, HooksApp } from "./hooks/app.ts";
import { dropHeaders, steeringHeaders } from "./front/steering-headers.ts";
import { GatewayError, gatewayError } from "./model/errors.ts";
import { METHOD_OVERRIDES, withoutHeaders } from "./model/headers.ts";
import type { AnsweredWay, RequestObserver } from "./model/observer.ts";
import type { SentAs, Upstream } from "./model/upstream.ts";
import type { Verdict } from "./model/verdict.ts";
import { answerError } from "./proxy/failure.ts";
import { ownLine } from "./proxy/own-line.ts";

/** The parts of the ways. */
export interface WaysParts {
  readonly look: Look;
  readonly app: Pick<HooksApp, "handle">;
  readonly hooks: Hooks;
  readonly upstream: Pick<Upstream, "stream">;
  /** Where anything is guarded: names of headers that stay though servers may read a path from them. Else null. */
  readonly keepHeaders: ReadonlySet<string> | null;
  readonly observer: Pick<RequestObserver, "answered">;
}

/**
 * The listener of all requests: one look, and then one of the ways. Plain, since every request comes through here. What is
 * thrown on the way is a bug: it ends that request, and nothing else.
 */
export function ways(parts: WaysParts): RequestListener {
  const { look, app, hooks, upstream, keepHeaders, observer } = parts;
  const failed = (error: unknown, response: ServerResponse) => {
    hooks.log.error({ err: error }, "a request met an unexpected error");
    answerError(response, gatewayError(error), []);
  };
  return (request, response) => {
    const began = performance.now();
    try {
      const { severalHosts, names } = steeringHeaders(request, keepHeaders);
      if (names.size > 0) dropHeaders(request, names);
      const verdict = severalHosts ? SEVERAL_HOSTS : look(request.method ?? "", request.url ?? "/");
      if (verdict.way === "web" || verdict.way === "pass") {
        const { way } = verdict;
        const sentAs = verdict.way === "web" ? ownLine(request) : passedAs(verdict, request);
        upstream.stream(request, response, sentAs).then(
          (status) => observer.answered(way, status, performance.now() - began),
          (error: unknown) => failed(error, response),
        );
      } else {
        response.once("close", () => {
          const status = response.headersSent ? response.statusCode : null;
          observer.answered(wayOf(verdict), status, performance.now() - began);
        });
        app.handle(request, response, verdict, hooks);
      }
    } catch (error) {
      failed(error, response);
    }
  };
}

/** The way of a request through the app, as it is counted. */
function wayOf(verdict: AppVerdict): AnsweredWay {
  if (verdict.way === "refuse") return "refused";
  if (verdict.way === "rewrite" || verdict.line !== null) return verdict.way;
  return verdict.action.collection === "webhook" ? "webhook" : "custom-action";
}

const SEVERAL_HOSTS: Verdict = {
  way: "refuse",
  error: new GatewayError("BAD_REQUEST", "The request has more than one Host header"),
};

/** The pass-through request of an action that concerns no workflow. */
function passedAs(
  { line, withoutOverride }: Extract<Verdict, { way: "pass" }>,
  { rawHeaders }: IncomingMessage,
): SentAs {
  return withoutOverride
    ? { ...line, headers: withoutHeaders(rawHeaders, METHOD_OVERRIDES) }
    : line;
}
