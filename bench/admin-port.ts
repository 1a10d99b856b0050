import type { Express } from "express";
import { adminApp } from "../src/admin/app.ts";
import type { Workflow } from "../src/model/workflow.ts";
import type { Store } from "../src/store/store.ts";
import { neverReloaded } from "../test/support/never-reloaded.ts";

/** The admin port of a store, with all that else a gateway would give it left out. */
export function adminOf(store: Store, workflows: readonly Workflow[]): Express {
  const [workflow] = workflows;
  if (workflow === undefined) throw new Error("There is no workflow");
  return adminApp({
    host: "127.0.0.1",
    users: {},
    history: store,
    operations: store.operations,
    acceptance: store.queue,
    workflows: () => workflows,
    workflowOf: () => workflow,
    revive: () => workflow,
    loadRecord: () => Promise.resolve(null),
    now: () => new Date(),
    changes: store.changes,
    stopping: new AbortController().signal,
    version: "0",
    startedAt: new Date(),
    store: "sqlite",
    upstream: () => "",
    serving: () => true,
    ...neverReloaded,
    log: { debug() {}, info() {}, warn() {}, error: console.error },
  });
}
