import type { IncomingMessage } from "node:http";
import type { Identified, Identify } from "../model/caller.ts";
import type { JsonObject } from "../model/json.ts";
import { parseQuery } from "../model/query.ts";
import { traceparentOf } from "../model/trace.ts";
import { DEPTH_HEADER, type Depth } from "./depth.ts";

/** What is known of a concerned request before its body is read. */
export interface Arrival {
  readonly path: string;
  /** Parsed, as it came. */
  readonly query: JsonObject;
  readonly traceparent: string;
  /** How many workflows stand above this request. */
  readonly depth: number;
}

/**
 * Reads a request's head.
 * @throws {GatewayError} BAD_QUERY, DEPTH_EXCEEDED
 */
export function arrivalOf(request: IncomingMessage, depth: Depth): Arrival {
  const { url = "/", headers } = request;
  const mark = url.indexOf("?");
  return {
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? {} : parseQuery(url.slice(mark + 1)),
    traceparent: traceparentOf(single(headers["traceparent"])),
    depth: depth.read(single(headers[DEPTH_HEADER])),
  };
}

/** Who sent it. @throws {GatewayError} as `Identify` */
export function identified(
  request: IncomingMessage,
  { query }: Arrival,
  identify: Identify,
): Promise<Identified> {
  const token = query["token"];
  const { headers, rawHeaders } = request;
  return identify({ headers, rawHeaders, queryToken: typeof token === "string" ? token : null });
}

const single = (value: string | string[] | undefined): string | undefined => [value].flat()[0];
