import type { AdminOptions } from "../../src/admin/app.ts";

/** What an admin port needs to reload and to be measured, where there is no gateway. */
export const neverReloaded: Pick<AdminOptions, "reload" | "configuration" | "metrics"> = {
  metrics: () => Promise.resolve({ type: "text/plain", body: "" }),
  reload: () => Promise.reject(new Error("there is no configuration")),
  configuration: () => ({
    hash: "0".repeat(64),
    loadedAt: new Date(),
    lastReload: null,
    reloads: { done: 0, refused: 0 },
  }),
};
