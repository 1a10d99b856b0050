import qs from "qs";
import type { ReadBody } from "../../model/body.ts";
import { FRAMING, type IsCredential, isHeaderName, isHeaderValue } from "../../model/headers.ts";
import { type Json, type JsonObject, isJsonObject } from "../../model/json.ts";
import { outermostName } from "../../model/query.ts";
import {
  type RequestChange,
  type RequestDraft,
  withChange,
  withoutNull,
} from "../../model/request-draft.ts";
import { checkHeadersLength } from "../../model/headers-length.ts";
import { StepError } from "../../model/step-error.ts";

/**
 * The request on its way to the upstream: what the client sent, with what workflows changed so far.
 * Immutable; a change gives a new one.
 */
export interface RequestState {
  /** The body, parsed. */
  readonly values: Json;
  /** Whether the body is JSON, so that a change can be put into it. */
  readonly json: boolean;
  /** Whether `values` differs from the bytes that came. */
  readonly valuesChanged: boolean;
  /** Header names in lower case → new values. */
  readonly headers: Readonly<Record<string, string>>;
  /** Query parameters, parsed, without credentials. */
  readonly query: JsonObject;
  /** Query parameters that were set; null: removed. */
  readonly queryChanges: Readonly<Record<string, Json>>;
}

/** The state of a request that no workflow has changed yet. */
export function untouched(body: ReadBody, query: JsonObject): RequestState {
  const values = body.kind === "read" ? body.values : null;
  return {
    values,
    json: body.kind === "read" && body.json,
    valuesChanged: false,
    headers: {},
    query,
    queryChanges: {},
  };
}

/** A draft for one run, with the state that the run leaves. */
export interface Draft extends RequestDraft {
  state(): RequestState;
}

/** Lets one run change a request; nothing is taken over until the caller takes `state()`. */
export function draftOf(start: RequestState, isCredential: IsCredential): Draft {
  let state = start;
  return {
    state: () => state,
    change(change, headerLimit) {
      state = changed(state, change, isCredential);
      checkHeadersLength(state.headers, headerLimit);
    },
  };
}

function changed(
  state: RequestState,
  change: RequestChange,
  isCredential: IsCredential,
): RequestState {
  const { values, headers = {}, query = {} } = change;
  if (values !== undefined && !(state.json && isJsonObject(state.values))) {
    const message = "set-request can set values only in a body that is a JSON object";
    throw new StepError("NOT_AN_OBJECT", message, { retryable: false });
  }
  const lower = Object.entries(headers).map(([name, value]) => [
    checkedName(name, isCredential),
    checkedValue(name, value),
  ]);
  const checked = Object.fromEntries(lower) as Record<string, string>;
  return {
    ...state,
    ...withChange(state, { ...change, headers: checked }),
    headers: { ...state.headers, ...checked },
    valuesChanged: state.valuesChanged || values !== undefined,
    queryChanges: { ...state.queryChanges, ...query },
  };
}

function checkedName(name: string, isCredential: IsCredential): string {
  const lower = name.toLowerCase();
  const forbidden = FRAMING.has(lower) || lower === "host" || isCredential(lower);
  if (forbidden || !isHeaderName(lower)) {
    throw new StepError("BAD_HEADER", `set-request may not set the header "${name}"`, {
      retryable: false,
    });
  }
  return lower;
}

function checkedValue(name: string, value: string): string {
  if (!isHeaderValue(value)) {
    const message = `The value of header "${name}" has a character that headers can't have, such as a line break`;
    throw new StepError("BAD_HEADER", message, { retryable: false });
  }
  return value;
}

/** The path to forward: parameters that were set take the place of the client's; the rest stays byte for byte. */
export function forwardedPath(path: string, changes: Readonly<Record<string, Json>>): string {
  if (Object.keys(changes).length === 0) return path;
  const [bare = "", query = ""] = path.split(/\?(.*)/s);
  const kept = query
    .split("&")
    .filter((part) => part !== "" && !Object.hasOwn(changes, outermostName(part)));
  const added = qs.stringify(withoutNull(changes), { arrayFormat: "brackets" });
  const all = [...kept, added].filter((part) => part !== "").join("&");
  return all === "" ? bare : `${bare}?${all}`;
}
