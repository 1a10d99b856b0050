import type { RequestLine } from "../../model/action.ts";
import type { ReadyAnswer } from "../../model/caller.ts";
import { answerText } from "../../model/answer-json.ts";
import { GatewayError } from "../../model/errors.ts";
import { headerValue } from "../../model/headers.ts";
import { type Json, jsonText, parseBounded } from "../../model/json.ts";
import { ANSWER_BOUNDS } from "../../model/json-bounds.ts";
import type { RecordAccess } from "../../model/records.ts";
import { retryAfter } from "../../model/retry-after.ts";
import { StepError, answeredBy } from "../../model/step-error.ts";
import type { ApiFacts } from "../../model/upstream-api.ts";
import type { Upstream } from "../../model/upstream.ts";

/** The settings and parts of requests for records. */
export interface RecordClientOptions {
  readonly upstream: Pick<Upstream, "fetch">;
  /** `upstream.headers`: sent as the service. */
  readonly serviceHeaders: Readonly<Record<string, string>>;
  /** Sent with each request: see the fact `headers`. */
  readonly facts: Pick<ApiFacts, "headers">;
  /** Bytes of an answer, at most. */
  readonly responseLimit: number;
  readonly now: () => Date;
}

/** A request for records, as it goes out. */
export interface RecordRequest extends RequestLine {
  /** Sent as JSON. */
  readonly values?: Json;
}

/** An answer, parsed. */
export interface JsonAnswer {
  /** Null where it has no body. */
  readonly json: Json;
  /** Raw pairs. */
  readonly headers: readonly string[];
}

/**
 * Asks for JSON, as the service or as a caller. Undefined for 404. A write has happened whatever its answer holds: null when
 * that is not JSON.
 * @throws {StepError} UPSTREAM_FAILED for any other status outside 200–299, and for an answer to a read that is not JSON;
 *   UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT, UPSTREAM_BROKEN. Whatever aborted the signal, when that is why.
 */
export type AskJson = (
  request: RecordRequest,
  collection: string,
  access: RecordAccess,
) => Promise<JsonAnswer | undefined>;

/** Makes the function that asks. */
export function recordClient(options: RecordClientOptions): AskJson {
  const { upstream, serviceHeaders, facts, responseLimit, now } = options;

  return async (request, collection, access) => {
    const what = `${request.method} ${collection}`;
    const answer = await asked(request, what, access);
    if (answer.status === 404) return undefined;
    if (answer.status < 200 || answer.status > 299) {
      throw await failed(what, answer, access);
    }
    const json = await parsed(what, answer, request.method === "GET");
    return { json, headers: answer.headers };
  };

  async function asked(
    { method, path, values }: RecordRequest,
    what: string,
    { caller, signal, headers = {} }: RecordAccess,
  ): Promise<ReadyAnswer> {
    const own = caller === null ? serviceHeaders : caller.credentials;
    const sent = { ...ASKED, ...facts.headers, ...headers };
    const body = values === undefined ? null : Buffer.from(jsonText(values));
    const pairs = rawPairs(sent, own, body === null ? {} : JSON_BODY);
    try {
      return await upstream.fetch({ method, path, headers: pairs, body, signal }, responseLimit);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GatewayError)) throw error;
      const retryable = error.code !== "UPSTREAM_BROKEN";
      throw new StepError(error.code, `${what}: ${error.message}`, { retryable, cause: error });
    }
  }

  async function failed(
    what: string,
    answer: ReadyAnswer,
    { caller }: RecordAccess,
  ): Promise<StepError> {
    const { status, headers, body } = answer;
    const text = await answerText(headers, body, responseLimit).catch(() => body.toString());
    const retryable = status === 408 || status === 429 || status >= 500;
    const wanted = retryAfter(headerValue(headers, "retry-after"), now());
    const message = `${what} was answered ${status} by the upstream`;
    // A refusal of the service itself is not shown to clients.
    const refused = caller !== null && (status === 401 || status === 403);
    const more = {
      retryable,
      retryAfter: wanted,
      refusal: refused ? answer : null,
      answered: answeredBy(status, text),
    };
    return new StepError("UPSTREAM_FAILED", message, more);
  }

  /** The answer's JSON, whatever its Content-Type: JSON was asked for. */
  async function parsed(
    what: string,
    { headers, body }: ReadyAnswer,
    mustBeJson: boolean,
  ): Promise<Json> {
    if (body.length === 0) return null;
    try {
      return parseBounded(await answerText(headers, body, responseLimit), ANSWER_BOUNDS);
    } catch {
      if (!mustBeJson) return null;
      // The parser's error quotes the body, which may hold secrets.
      const message = `${what} was answered with something that is not JSON`;
      throw new StepError("UPSTREAM_FAILED", message, { retryable: false });
    }
  }
}

const ASKED = { Accept: "application/json", "Accept-Encoding": "identity" } as const;

const JSON_BODY: Readonly<Record<string, string>> = { "Content-Type": "application/json" };

/** Header pairs, the later ones in place of earlier ones of the same name. */
function rawPairs(...layers: readonly Readonly<Record<string, string>>[]): string[] {
  const pairs = layers.flatMap((layer) => Object.entries(layer));
  const byName = new Map(pairs.map((pair) => [pair[0].toLowerCase(), pair]));
  return [...byName.values()].flat();
}
