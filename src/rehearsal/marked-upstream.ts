import type { IncomingMessage } from "node:http";
import type { SentAs, Upstream } from "../model/upstream.ts";
import { MARK } from "./stand-in.ts";

/** The way to the stand-in, on which clients' own requests are marked. */
export const markedUpstream = (upstream: Upstream): Upstream => ({
  ...upstream,
  stream: (request, response, sentAs) =>
    upstream.stream(request, response, marked(request, sentAs)),
  forward: (request, response, sentAs, signal) =>
    upstream.forward(request, response, marked(request, sentAs), signal),
});

const marked = ({ rawHeaders }: IncomingMessage, sentAs: SentAs): SentAs => ({
  ...sentAs,
  headers: [...(sentAs.headers ?? rawHeaders), MARK, "1"],
});
