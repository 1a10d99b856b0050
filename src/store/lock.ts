import { closeSync, existsSync, openSync, realpathSync, statSync } from "node:fs";
import { openLasting } from "./lasting.js";
import { StoreUnusable } from "./unusable.ts";

/** Another process has the store. */
export class StoreInUse extends StoreUnusable {
  override readonly name = "StoreInUse";

  constructor(file: string) {
    super(file, "another process has it open; only one process may use a SQLite store");
  }
}

/** A lock that a process holds on a file. */
export interface FileLock {
  release(): void;
}

/**
 * Makes a file this process's own, by whatever link it is reached; it is made if need be. The lock is the operating system's,
 * on a small database beside the file: it goes with the process, however that ends. It names the file that it was made for.
 * Where it names another or none (it was deleted, or the file is reached by another name), or the file has several names, it
 * proves nothing: then no process may have the file itself open.
 * @throws {StoreInUse}
 */
export function lockFile(file: string): FileLock {
  // So that it is known which file it is. It holds what clients sent: its owner alone may read it.
  if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
  const path = realpathSync(file);
  const { dev, ino, nlink } = statSync(path, { bigint: true });
  const name = `${dev}:${ino}`;
  const lock = openLasting(`${path}.lock`, { timeout: 0 });
  try {
    lock.exec("pragma journal_mode = delete");
    lock.exec("begin exclusive");
    lock.exec("create table if not exists owned (file text primary key)");
    const isKnown = lock.prepare("select 1 from owned where file = ?").get(name) !== undefined;
    if (!isKnown || nlink > 1n) mustBeAlone(path);
    if (!isKnown) {
      lock.prepare("insert into owned (file) values (?)").run(name);
      lock.exec("commit");
      lock.exec("begin exclusive");
    }
  } catch (error) {
    lock.close();
    throw isBusy(error) ? new StoreInUse(file) : error;
  }
  return { release: () => void lock.close() };
}

/** A process that works with the file has it open, so no other process can lock it exclusively. */
function mustBeAlone(path: string): void {
  const database = openLasting(path, { timeout: 0 });
  try {
    database.exec("pragma locking_mode = exclusive");
    database.exec("begin exclusive");
  } finally {
    database.close();
  }
}

const isBusy = (error: unknown): boolean =>
  (error as { code?: string }).code?.startsWith("SQLITE_BUSY") === true;
