import {
  type Attributes,
  type Span,
  SpanKind,
  type Tracer,
  context,
  trace,
} from "@opentelemetry/api";
import type { RequestLine } from "../model/action.ts";
import { withoutHeaders } from "../model/headers.ts";
import type { Outbound } from "../model/outbound.ts";
import type { UpstreamAddress } from "../model/upstream-address.ts";
import type { Upstream } from "../model/upstream.ts";
import { traceparentFrom } from "./context.ts";
import { type Mask, shown, shownPath } from "./shown.ts";
import { inSpan, markFailed } from "./span.ts";

/** Calls of `request` steps, each within a span. Of the URL only the origin is told: the rest may hold secrets. */
export const traceOutbound =
  (tracer: Tracer, mask: Mask) =>
  (send: Outbound): Outbound =>
  async (request) =>
    inSpan(
      tracer,
      calling(request.method, placeOf(request.to.url, mask)),
      (span) => send({ ...request, headers: { ...request.headers, ...below(span) } }),
      (span, { status }) => tellStatus(span, status),
    );

/**
 * Requests to the upstream, each within a span. Where the answer streams to the client, it ends with that; where the answer's
 * body is read here, piece by piece, it ends with the head.
 */
export const traceUpstream =
  (tracer: Tracer, mask: Mask) =>
  (upstream: Upstream, { origin, socketPath }: UpstreamAddress): Upstream => {
    const place =
      socketPath === null
        ? placeOf(origin, mask)
        : { "network.transport": "unix", "server.address": socketPath };
    const to = ({ method, path }: RequestLine) =>
      calling(method, { ...place, "url.path": shownPath(path, mask) });
    /** Sends within a span. What is sent outside of any, such as what passes through, is sent as it is. */
    const traced = async <R>(
      line: RequestLine,
      headers: readonly string[],
      send: (headers: readonly string[]) => Promise<R>,
      statusOf: (answer: R) => number | null,
    ): Promise<R> =>
      trace.getSpan(context.active()) === undefined
        ? send(headers)
        : inSpan(
            tracer,
            to(line),
            (span) => send(withTrace(headers, span)),
            (span, answer) => tellStatus(span, statusOf(answer)),
          );
    return {
      ...upstream,
      stream: (request, response, sentAs) =>
        traced(
          sentAs,
          sentAs.headers ?? request.rawHeaders,
          (headers) => upstream.stream(request, response, { ...sentAs, headers }),
          (status) => status,
        ),
      forward: (request, response, sentAs, signal) =>
        traced(
          sentAs,
          sentAs.headers ?? request.rawHeaders,
          (headers) => upstream.forward(request, response, { ...sentAs, headers }, signal),
          ({ status }) => status,
        ),
      send: (request) =>
        traced(
          request,
          request.headers,
          (headers) => upstream.send({ ...request, headers }),
          ({ status }) => status,
        ),
      fetch: (request, limit) =>
        traced(
          request,
          request.headers,
          (headers) => upstream.fetch({ ...request, headers }, limit),
          ({ status }) => status,
        ),
    };
  };

const calling = (method: string, place: Attributes) => ({
  name: method,
  kind: SpanKind.CLIENT,
  attributes: { "http.request.method": method, ...place },
  parent: context.active(),
});

/** `https://api.example.com` → the attributes of semantic conventions; nothing for what is not a URL. */
function placeOf(url: string, mask: Mask): Attributes {
  if (!URL.canParse(url)) return {};
  const { protocol, hostname, port } = new URL(url);
  const scheme = protocol.slice(0, -1);
  return {
    "url.scheme": scheme,
    "server.address": shown(mask(hostname)),
    "server.port": Number(port) || (scheme === "https" ? 443 : 80),
  };
}

/** The headers by which another service goes on with the trace. W3C Trace Context. */
function below(span: Span): Record<string, string> {
  const state = span.spanContext().traceState?.serialize() ?? "";
  return { traceparent: traceparentFrom(span), ...(state !== "" && { tracestate: state }) };
}

function withTrace(headers: readonly string[], span: Span): string[] {
  const own = below(span);
  return [...withoutHeaders(headers, new Set(Object.keys(own))), ...Object.entries(own).flat()];
}

function tellStatus(span: Span, status: number | null): void {
  if (status === null) return;
  span.setAttribute("http.response.status_code", status);
  if (status >= 400) markFailed(span, String(status));
}
