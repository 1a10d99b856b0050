import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A load balancer on loopback. */
export interface Balancer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts one that gives each request to the next of several servers, and tells which in `X-Served-By`.
 * @param servers those that live at the moment: `["http://127.0.0.1:8080"]`
 */
export async function startBalancer(servers: () => readonly string[]): Promise<Balancer> {
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const all = servers();
    const next = new URL(incoming.url ?? "/", all[turn++ % all.length]);
    const { method, headers } = incoming;
    const asking = request(next, { method, headers, agent: false }, (answer) => {
      const own = { ...answer.headers, "x-served-by": next.host };
      outgoing.writeHead(answer.statusCode ?? 502, own);
      answer.pipe(outgoing);
    });
    asking.on("error", () => outgoing.destroy());
    incoming.pipe(asking);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
