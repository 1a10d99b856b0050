import { type Server, createServer } from "node:http";
import { once } from "node:events";
import request from "supertest";
import { type AdminOptions, adminApp } from "../../src/admin/app.ts";
import type { Store } from "../../src/store/store.ts";
import { neverReloaded } from "../support/never-reloaded.ts";
import { storePlace } from "../support/both-stores.ts";

/** An admin port on a real store, for tests that speak HTTP to it. */
export interface AdminPort {
  readonly store: Store;
  /** The errors that it logged. */
  readonly logged: string[];
  /** Starts it, without users and workflows unless the test says so; may be done more than once. */
  start(own?: Partial<AdminOptions>): Promise<Asked>;
  close(): Promise<void>;
}

/** Asks a started port. */
export type Asked = ReturnType<typeof request>;

/** Opens the store; nothing listens yet. */
export async function openAdminPort(): Promise<AdminPort> {
  const place = await storePlace();
  const store = await place.open();
  const servers: Server[] = [];
  const logged: string[] = [];
  return {
    store,
    logged,
    async start(own = {}) {
      const app = adminApp({
        host: "127.0.0.1",
        users: {},
        history: store,
        operations: store.operations,
        acceptance: store.queue,
        workflows: () => [],
        workflowOf: () => null,
        revive: () => {
          throw new Error("no definition can be compiled here");
        },
        loadRecord: () => Promise.resolve(null),
        now: () => new Date(),
        changes: store.changes,
        stopping: new AbortController().signal,
        version: "1.2.3",
        startedAt: new Date("2026-01-02T03:04:05Z"),
        store: "sqlite",
        upstream: () => "http://127.0.0.1:3000",
        serving: () => true,
        ...neverReloaded,
        log: {
          debug() {},
          info() {},
          warn() {},
          error: (_fields, message) => void logged.push(message),
        },
        ...own,
      });
      const server = createServer(app).listen(0, "127.0.0.1");
      servers.push(server);
      await once(server, "listening");
      return request(server);
    },
    async close() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      await store.close();
      await place.remove();
    },
  };
}

/** The body of an error answer. */
export const problem = (code: string, message: string) => ({ errors: [{ message, code }] });
