import type { IncomingMessage } from "node:http";
import qs from "qs";
import type { RequestLine } from "../model/action.ts";
import type { ReadBody } from "../model/body.ts";
import { METHOD_OVERRIDES, headerPairs } from "../model/headers.ts";
import { isJsonObject } from "../model/json.ts";
import type { Carriage } from "../model/upstream.ts";
import { DEPTH_HEADER } from "./depth.ts";
import { type RequestState, forwardedPath } from "./request-state.ts";

/** What a concerned request is forwarded as. */
export interface Outgoing {
  readonly request: IncomingMessage;
  readonly line: RequestLine;
  readonly body: ReadBody;
  readonly state: RequestState;
  readonly requestId: string;
}

/**
 * The request as it goes out: the bytes that came unless something changed, else JSON made anew.
 * Method overrides are gone, and so are `Workflow-*` headers, which the client has no say in.
 */
export function outgoing({ request, line, body, state, requestId }: Outgoing): Carriage {
  const remade = state.valuesChanged ? Buffer.from(serialised(body, state)) : null;
  const { contentType } = body.kind === "read" ? body : { contentType: null };
  const set = new Map(Object.entries({ "x-request-id": requestId, ...state.headers }));
  if (contentType !== null && !set.has("content-type")) set.set("content-type", contentType);

  const kept = headerPairs(request.rawHeaders).filter(([name]) => {
    const lower = name.toLowerCase();
    if (lower === "content-encoding") return remade === null;
    return !set.has(lower) && !METHOD_OVERRIDES.has(lower) && !isWorkflowHeader(lower);
  });
  return {
    method: line.method,
    path: forwardedPath(line.path, state.queryChanges),
    headers: [...kept, ...set].flat(),
    ...(body.kind === "read" && { body: remade ?? body.bytes }),
  };
}

const serialised = (body: ReadBody, { values }: RequestState) =>
  body.kind === "read" && body.json ? JSON.stringify(values) : qs.stringify(values);

const isWorkflowHeader = (lower: string) => lower.startsWith("workflow-") && lower !== DEPTH_HEADER;

/**
 * Drops `_method` from a body, which some upstreams (Parse) take for the request's method. SPEC, section 2.
 * Gives the state as it was when the body has none.
 */
export function withoutMethodOverride(state: RequestState): RequestState {
  if (!isJsonObject(state.values) || !Object.hasOwn(state.values, "_method")) return state;
  const { _method, ...values } = state.values;
  return { ...state, values, valuesChanged: true };
}
