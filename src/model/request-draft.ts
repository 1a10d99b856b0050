import { type Json, type JsonObject, isJsonObject } from "./json.ts";

/** The changes that a `set-request` step asks for. */
export interface RequestChange {
  readonly values?: JsonObject;
  /** Take `values` for the whole body instead of merging them into it. */
  readonly replace?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Query parameters to set; null removes one. */
  readonly query?: Readonly<Record<string, Json>>;
}

/** The request on its way to the upstream, as far as workflows have changed it. */
export interface RequestDraft {
  /** @param headerLimit bytes of all headers that were set @throws {StepError} `NOT_AN_OBJECT` when values are set on a body that is not a JSON object; `BAD_HEADER` */
  change(change: RequestChange, headerLimit: number): void;
}

/** The parts of a request that workflows may change. */
export interface RequestParts {
  /** The body, parsed. */
  readonly values: Json;
  /** By names in lower case. */
  readonly headers: JsonObject;
  readonly query: JsonObject;
}

/** These parts as a change leaves them. Without `replace`, values go only into a body that is a JSON object. */
export function withChange(
  parts: RequestParts,
  { values, replace = false, headers = {}, query = {} }: RequestChange,
): RequestParts {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    values: withValues(parts.values, values, replace),
    headers: { ...parts.headers, ...Object.fromEntries(lower) },
    query: withoutNull({ ...parts.query, ...query }),
  };
}

function withValues(body: Json, values: JsonObject | undefined, replace: boolean): Json {
  if (values === undefined) return body;
  if (replace) return values;
  return isJsonObject(body) ? { ...body, ...values } : body;
}

/** Query parameters without those that are removed. */
export const withoutNull = (query: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== null));
