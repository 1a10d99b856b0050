import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A service that does each thing once, however often it is asked, by the `Idempotency-Key`. */
export interface SideEffects {
  readonly url: string;
  /** Keys of what was done: `<run>:<step path>`. */
  readonly done: ReadonlySet<string>;
  /** What was done more than once, each time under another key: `/17/first`. */
  twice(): string[];
  /** How often it was asked. */
  asked(): number;
  /** Called when it is asked for something, before it answers: it answers when the promise is resolved. */
  onAsked(listener: (key: string) => Promise<void>): void;
  stop(): void;
}

/** Starts the service. */
export async function startSideEffects(): Promise<SideEffects> {
  const done = new Set<string>();
  /** Keys under which each thing was done. */
  const keys = new Map<string, Set<string>>();
  let asked = 0;
  let whenAsked: ((key: string) => Promise<void>) | null = null;
  const server = createServer((request, response) => {
    request.resume();
    request.once("end", () => {
      asked++;
      const key = String(request.headers["idempotency-key"]);
      const { url: what = "" } = request;
      done.add(key);
      keys.set(what, (keys.get(what) ?? new Set()).add(key));
      void Promise.resolve(whenAsked?.(key)).then(() =>
        response.writeHead(200, { "content-type": "application/json" }).end("{}"),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    done,
    twice: () => [...keys].filter(([, all]) => all.size > 1).map(([what]) => what),
    asked: () => asked,
    onAsked: (listener) => void (whenAsked = listener),
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
