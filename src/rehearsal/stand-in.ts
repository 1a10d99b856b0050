import { type OutgoingHttpHeaders, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { SentRequest } from "../model/rehearsal.ts";
import { readMessage } from "./exchange.ts";

/** Marks a client's request on its way to the stand-in. Never shown. */
export const MARK = "x-rehearsed";

/** A request as the stand-in gets it. */
export interface StandInRequest extends SentRequest {
  /** Whether it is a client's, and not one of the gateway itself. */
  readonly forwarded: boolean;
  /** Its body, as it came. */
  readonly bytes: Buffer;
}

/** An answer of the stand-in. */
export interface StandInAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | null;
}

/** Answers a request. */
export type AnswerFor = (asked: StandInRequest) => Promise<StandInAnswer>;

/** A server in the place of the upstream. */
export interface StandIn {
  /** `http://127.0.0.1:54321` */
  readonly url: string;
  close(): void;
}

/**
 * Starts one.
 * @param base the path of `upstream.url`, which is not shown
 */
export async function openStandIn(base: string, answer: AnswerFor): Promise<StandIn> {
  const server = createServer((request, response) => {
    const { method = "GET", url = "/" } = request;
    const { [MARK]: mark, ...headers } = request.headers;
    const path = url.startsWith(base) ? url.slice(base.length) || "/" : url;
    const answered = async () => {
      const bytes = await buffer(request);
      const message = readMessage(headers, bytes);
      const asked = { method, path, ...message, bytes, forwarded: mark !== undefined };
      const given = await answer(asked);
      response.writeHead(given.status, given.headers).end(given.body);
    };
    answered().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
