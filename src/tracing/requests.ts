import { type Span, SpanKind, type Tracer, context, trace } from "@opentelemetry/api";
import { type Action, KNOWN_ACTIONS } from "../model/action.ts";
import { type RequestEnd, requestEnd } from "../model/request-end.ts";
import type { TraceRequest } from "../model/tracing.ts";
import { below, traceparentFrom } from "./context.ts";
import { type Mask, shown, shownPath } from "./shown.ts";
import { markFailed } from "./span.ts";

/**
 * Begins the span of a concerned request, below the `traceparent` that it came with.
 * @param mask hides secrets in a path
 */
export function traceRequests(tracer: Tracer, mask: Mask): TraceRequest {
  return (request, response, { verdict, requestId }) => {
    if (verdict.way !== "hooks" && verdict.way !== "refuse") return null;
    const action = verdict.way === "hooks" ? verdict.action : null;
    const { method = "", url = "/", headers } = request;
    const { traceparent, tracestate } = headers;
    const parent = below(String(traceparent ?? ""), tracestate?.toString());
    const attributes = {
      "http.request.method": method,
      "url.scheme": "http",
      "url.path": shownPath(url, mask),
      "sidehook.request.id": requestId,
      ...(action !== null && {
        "sidehook.collection": shown(mask(action.collection)),
        "sidehook.action": shown(mask(action.name)),
      }),
    };
    const name = nameOf(method, action);
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    response.once("close", () => {
      tellEnd(span, requestEnd(request, response));
      span.end();
    });
    const own = trace.setSpan(parent, span);
    return { traceparent: traceparentFrom(span), during: (work) => context.with(own, work) };
  };
}

/** `POST create`: a client may name any collection, and a span's name is one of few. */
const nameOf = (method: string, action: Action | null): string =>
  action !== null && KNOWN_ACTIONS.includes(action.name) ? `${method} ${action.name}` : method;

function tellEnd(span: Span, end: RequestEnd): void {
  if (typeof end !== "number") return markFailed(span, end.replace(" ", "_"));
  span.setAttribute("http.response.status_code", end);
  // An error of the client's is none of the server's.
  if (end >= 500) markFailed(span, String(end));
}
