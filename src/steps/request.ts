import qs from "qs";
import { z } from "zod";
import type { Json } from "../model/json.ts";
import type { OutboundAnswer } from "../model/outbound.ts";
import { StepError, defineStep, url } from "../model/step.ts";
import { anyJson, headerValues, queryValues } from "./json.ts";
import { retryAfter } from "../model/retry-after.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
const LOOKING: readonly string[] = ["GET", "HEAD"];

/** Calls a URL. */
export const request = defineStep({
  type: "request",
  title: "HTTP request",
  about:
    "Calls a URL. A status outside 200–299 errs, unless `ignoreFailure`. A write carries an `Idempotency-Key`, the same on " +
    "every attempt. A host that an expression computes must be listed in `egress.allow`.",
  result:
    "`{ status, headers, data }`; `data` is parsed when it is JSON. Null when ignored and nobody answered.",
  acts: true,
  looks: ({ method }) => LOOKING.includes(method),
  config: z.strictObject({
    method: z.enum(METHODS).default("POST").describe("The method."),
    url: url.describe("Where to call: http or https."),
    headers: headerValues.default({}).describe("Request headers."),
    query: queryValues.default({}).describe("Added to the URL's query."),
    body: anyJson
      .default(null)
      .describe(
        "A text is sent as it is; anything else as JSON, or as a form when Content-Type says application/x-www-form-urlencoded.",
      ),
    ignoreFailure: z.boolean().default(false).describe("Go on whatever the answer is."),
  }),

  async run({ method, url: to, headers, query, body, ignoreFailure }, context) {
    const { services, signal, outgoing, idempotencyKey } = context;
    const given = lowerCased(headers);
    const key: Record<string, string> = LOOKING.includes(method)
      ? {}
      : { "idempotency-key": idempotencyKey };
    const payload = serialised(body, given["content-type"]);
    const type: Record<string, string> =
      payload.type === null ? {} : { "content-type": payload.type };
    const target = { ...to, url: withQuery(to.url, query) };
    try {
      const answer = await services.outbound({
        to: target,
        method,
        headers: { ...type, ...key, ...given, ...outgoing },
        body: payload.body,
        signal,
      });
      if (!ignoreFailure) mustBeGood(answer, method, target.url);
      return { go: "on", result: resultOf(answer) };
    } catch (error) {
      if (!ignoreFailure || signal.aborted) throw error;
      return { go: "on", result: null };
    }
  },
});

function mustBeGood({ status, headers }: OutboundAnswer, method: string, to: string): void {
  if (status >= 200 && status < 300) return;
  throw new StepError("REQUEST_FAILED", `${method} ${originOf(to)} answered ${status}`, {
    retryable: status === 408 || status === 429 || status >= 500,
    retryAfter: retryAfter(headers["retry-after"] ?? null, new Date()),
  });
}

/** Without its path and query, which may hold what is nobody's business. */
const originOf = (to: string) => (URL.canParse(to) ? new URL(to).origin : "the URL");

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function withQuery(to: string, query: Readonly<Record<string, Json>>): string {
  if (Object.keys(query).length === 0 || !URL.canParse(to)) return to;
  const parsed = new URL(to);
  parsed.search = [parsed.search.slice(1), qs.stringify(query)]
    .filter((part) => part !== "")
    .join("&");
  return parsed.href;
}

function serialised(
  body: Json,
  type: string | undefined,
): { body: string | null; type: string | null } {
  if (body === null) return { body: null, type: null };
  if (typeof body === "string") return { body, type: "text/plain; charset=utf-8" };
  const form = type?.startsWith("application/x-www-form-urlencoded") ?? false;
  return form
    ? { body: qs.stringify(body), type: null }
    : { body: JSON.stringify(body), type: "application/json" };
}

function resultOf({ status, headers, body }: OutboundAnswer): Json {
  const text = body.toString("utf8");
  const json = /^application\/(.*\+)?json\b/i.test(headers["content-type"] ?? "");
  return { status, headers, data: json ? parsed(text) : text };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
