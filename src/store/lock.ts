import { existsSync, realpathSync } from "node:fs";
import Database from "better-sqlite3";
import { StoreUnusable } from "./unusable.ts";

/** Another process has the store. */
export class StoreInUse extends StoreUnusable {
  override readonly name = "StoreInUse";

  constructor(file: string) {
    super(file, "another process has it, and one process owns a SQLite store");
  }
}

/** What a process holds while a file is its own. */
export interface FileLock {
  release(): void;
}

/**
 * Makes a file this process's own, by whatever link it is reached. The lock is the operating system's, on a small database
 * beside the file: it goes with the process, however that ends.
 * @throws {StoreInUse}
 */
export function lockFile(file: string): FileLock {
  const path = existsSync(file) ? realpathSync(file) : file;
  const lock = new Database(`${path}.lock`, { timeout: 0 });
  try {
    lock.pragma("journal_mode = DELETE");
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code?.startsWith("SQLITE_BUSY")) throw new StoreInUse(file);
    throw error;
  }
  return { release: () => void lock.close() };
}
