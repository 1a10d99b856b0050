import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "../../src/model/log.ts";
import { type Store, type StoreOptions, openStore } from "../../src/store/store.ts";
import { openLasting } from "../../src/store/lasting.js";
import { SEALED, type SealedPart, type StorePlace } from "./store-contract.ts";

/** A file in a folder of its own. */
export interface SqlitePlace extends StorePlace {
  readonly folder: string;
  readonly file: string;
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Opens a store with what a test does not say filled in. */
export const openTestStore = (file: string, own: Partial<StoreOptions> = {}): Promise<Store> =>
  openStore({
    url: `sqlite:${file}`,
    keys: [],
    redact: (value) => value,
    redactInSlices: async (value) => own.redact?.(value) ?? value,
    valueLimit: 1_000_000,
    retention: 30 * 86_400_000,
    keep: [],
    log: silent,
    now: () => new Date(),
    ...own,
  });

/** Makes a folder; the file in it comes with the first open. */
export async function sqlitePlace(): Promise<SqlitePlace> {
  const folder = await mkdtemp(join(tmpdir(), "sidehook-store-"));
  const file = join(folder, "data", "sidehook.db");
  return {
    folder,
    file,
    open: (own) => openTestStore(file, own),
    async sealed(sql) {
      const database = openLasting(file);
      try {
        if (sql !== undefined) database.exec(sql);
        return database.prepare(SEALED).all() as SealedPart[];
      } finally {
        database.close();
      }
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
