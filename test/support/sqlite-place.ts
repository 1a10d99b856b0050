import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Log } from "../../src/model/log.ts";
import { type Store, type StoreOptions, openStore } from "../../src/store/store.ts";
import { openLasting } from "../../src/store/lasting.js";
import type { StorePlace } from "./store-contract.ts";

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
    url: `sqlite:${file}`,
    keys: [],
    open: (own) => openTestStore(file, own),
    async ask<Row extends object>(sql: string) {
      const database = openLasting(file);
      try {
        const statement = database.prepare<[], Row>(sql);
        if (statement.reader) return statement.all();
        statement.run();
        return [];
      } finally {
        database.close();
      }
    },
    async contents() {
      const names = await readdir(dirname(file));
      const all = await Promise.all(
        names.map((name) => readFile(join(dirname(file), name), "latin1")),
      );
      return all.join("\n");
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
