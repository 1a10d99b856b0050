import type { AdminOptions } from "../../src/admin/app.ts";

/** What an admin port needs to reload, where there is no configuration. */
export const neverReloaded: Pick<AdminOptions, "reload" | "configuration"> = {
  reload: () => Promise.reject(new Error("there is no configuration")),
  configuration: () => ({
    hash: "0".repeat(64),
    loadedAt: new Date(),
    lastReload: null,
    reloads: { done: 0, refused: 0 },
  }),
};
