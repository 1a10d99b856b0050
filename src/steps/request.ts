import { z } from "zod";
import { isJsonType } from "../model/answer-json.ts";
import { type Json, parseBounded } from "../model/json.ts";
import { ANSWER_BOUNDS } from "../model/json-bounds.ts";
import type { OutboundAnswer } from "../model/outbound.ts";
import { retryAfter } from "../model/retry-after.ts";
import { StepError, answeredBy } from "../model/step-error.ts";
import { url } from "../model/compiled-fields.ts";
import { defineStep } from "../model/step-type.ts";
import { headerValues } from "./parts/header-values.ts";
import { anyJson, queryValues } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";
import { sentBody, withQuery } from "./parts/request-body.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
const LOOKING: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** How long a call may take where its step does not say it, in milliseconds: a service that hangs keeps no run for ever. */
const TIMEOUT = 300_000;

/** The result where no answer came and `ignoreFailure` is set, so that `steps.<id>.status` can always be read. */
const UNANSWERED = { status: 0, headers: {}, data: null };

/** Calls a URL. */
export const request = defineStep({
  type: "request",
  title: "HTTP request",
  about:
    "Calls a URL. A status outside 200–299 errs, unless `ignoreFailure`. A write carries an `Idempotency-Key`, the same " +
    "on every attempt. A host that an expression computes must be listed in `egress.allow`, and so must another origin that " +
    "a redirect leads to. It never reaches the gateway's own ports. Without a `timeout` it may take 5 minutes.",
  result:
    "`{ status, headers, data }`; `data` is parsed when it is JSON, else a text. Where no answer came and that is " +
    "ignored, `status` is 0 and `data` null.",
  acts: true,
  timeout: TIMEOUT,
  looks: ({ method }) => LOOKING.has(method),
  config: z.strictObject({
    method: z.enum(METHODS).default("POST").describe("The method."),
    url: url.describe(
      "Where to call: http or https. The value of an expression is encoded for where it stands; `raw(x)` is put in as it is.",
    ),
    headers: headerValues.default({}).describe("Request headers, credentials included."),
    query: queryValues.default({}).describe("Added to the URL's query; null leaves one out."),
    body: anyJson
      .default(null)
      .describe(
        "A text is sent as it is; anything else as JSON, or an object as a form when Content-Type says " +
          "application/x-www-form-urlencoded. Null: no body.",
      ),
    ignoreFailure: z
      .boolean()
      .default(false)
      .describe("Go on whatever the answer is, and when there is none."),
  }),

  async run({ method, url: to, headers, query, body, ignoreFailure }, context) {
    const { services, signal, propagatedHeaders, idempotencyKey, now } = context;
    const own = lowerCased(headers);
    const sent = sentBody(body, own["content-type"]);
    const call = {
      to: { ...to, url: withQuery(to.url, query) },
      method,
      headers: {
        ...(sent.type !== null && { "content-type": sent.type }),
        ...(!LOOKING.has(method) && { "idempotency-key": idempotencyKey }),
        ...own,
        ...lowerCased(propagatedHeaders),
      },
      body: sent.body,
      signal,
    };
    try {
      const answer = await services.outbound(call);
      if (!ignoreFailure) mustBeGood(answer, `${method} ${originOf(to.url)}`, now());
      return on(resultOf(answer));
    } catch (error) {
      if (!ignoreFailure || signal.aborted || isRefusal(error)) throw error;
      return on(UNANSWERED);
    }
  },
});

/** @throws {StepError} `REQUEST_FAILED` */
function mustBeGood({ status, headers, body }: OutboundAnswer, what: string, now: Date): void {
  if (status >= 200 && status < 300) return;
  throw new StepError("REQUEST_FAILED", `${what} answered ${status}`, {
    retryable: status === 408 || status === 429 || status >= 500,
    retryAfter: retryAfter(headers["retry-after"] ?? null, now),
    answered: answeredBy(status, utf8.decode(body)),
  });
}

/** A URL that the gateway itself refuses is not a failure of the service called, and is not ignored. */
const isRefusal = (error: unknown) => error instanceof StepError && error.code === "EGRESS_DENIED";

/** The URL without its path and query, which may hold private data. */
const originOf = (to: string) => (URL.canParse(to) ? new URL(to).origin : "the URL");

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function resultOf({ status, headers, body }: OutboundAnswer): Json {
  const text = utf8.decode(body);
  const json = isJsonType(headers["content-type"] ?? "");
  return { status, headers, data: json ? parsed(text) : text };
}

/** Passes over a byte order mark. */
const utf8 = new TextDecoder();

function parsed(text: string): Json {
  try {
    return parseBounded(text, ANSWER_BOUNDS);
  } catch {
    return text;
  }
}
