import { Agent, request as send } from "node:http";
import { buffer } from "node:stream/consumers";
import type { GivenAnswer } from "../model/rehearsal.ts";
import { type Written, readMessage } from "./exchange.ts";

/** A client's request. */
export interface ClientRequest extends Written {
  readonly method: string;
  readonly path: string;
}

/** A client of one server. */
export interface Client {
  ask(request: ClientRequest): Promise<GivenAnswer>;
  close(): void;
}

/** @param url `http://127.0.0.1:54321` */
export function openClient(url: string): Client {
  const agent = new Agent({ keepAlive: true });
  return {
    ask: ({ method, path, headers, body }) =>
      new Promise((resolve, reject) => {
        const request = send(url, { method, path, headers, agent }, (response) => {
          buffer(response).then((bytes) => {
            const message = readMessage(response.headers, bytes);
            resolve({ status: response.statusCode ?? 0, ...message });
          }, reject);
        });
        request.on("error", reject).end(body ?? undefined);
      }),
    close: () => agent.destroy(),
  };
}
