import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A service that does each thing once, however often it is asked, by the `Idempotency-Key`. */
export interface SideEffects {
  readonly url: string;
  /** Keys of what was done: `<run>:<step path>`. */
  readonly done: ReadonlySet<string>;
  /** How often it was asked. */
  asked(): number;
  stop(): void;
}

/** Starts the service. */
export async function startSideEffects(): Promise<SideEffects> {
  const done = new Set<string>();
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.once("end", () => {
      asked++;
      done.add(String(request.headers["idempotency-key"]));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    done,
    asked: () => asked,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
