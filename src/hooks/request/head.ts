import type { IncomingMessage, ServerResponse } from "node:http";
import type { Identified, Identify } from "../../model/caller.ts";
import type { JsonObject } from "../../model/json.ts";
import { parseQuery } from "../../model/query.ts";
import { addToAnswer } from "../answer/add.ts";
import { DEPTH_HEADER, type Depth } from "./depth.ts";

/** The head of a concerned request, read. */
export interface RequestHead {
  readonly path: string;
  /** Parsed, as it came. */
  readonly query: JsonObject;
  /** How many workflows stand above this request. */
  readonly depth: number;
}

/**
 * Reads a request's head.
 * @throws {GatewayError} BAD_QUERY, DEPTH_EXCEEDED
 */
export function requestHead(request: IncomingMessage, depth: Depth): RequestHead {
  const { url = "/", headers } = request;
  const mark = url.indexOf("?");
  return {
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? {} : parseQuery(url.slice(mark + 1)),
    depth: depth.read(single(headers[DEPTH_HEADER])),
  };
}

/**
 * The caller of a request. Headers that renew the caller's session are put into the answer, whatever that will be.
 * @throws {GatewayError} as `Identify`
 */
export async function identified(
  request: IncomingMessage,
  response: ServerResponse,
  { query }: RequestHead,
  identify: Identify,
): Promise<Identified> {
  const { headers, rawHeaders } = request;
  const who = await identify({ headers, rawHeaders, query });
  if ("renews" in who && who.renews !== undefined) addToAnswer(response, who.renews);
  return who;
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;
