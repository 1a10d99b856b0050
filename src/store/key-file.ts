import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { StoreUnusable } from "./unusable.ts";

/** Rights of others, of which a key's file may have none. */
const OF_OTHERS = 0o077;

/**
 * Reads the key of a SQLite store that has none in its configuration: from `<file>.key`, 32 bytes as base64. The file is made
 * when it is not there: at once whole, and for its owner alone.
 * @throws {StoreUnusable} when others may read it
 */
export function keyBeside(file: string): string {
  const path = `${file}.key`;
  const mode = modeOf(path) ?? modeOf(make(path)) ?? 0;
  if (process.platform !== "win32" && (mode & OF_OTHERS) !== 0) {
    const shown = (mode & 0o777).toString(8).padStart(3, "0");
    throw new StoreUnusable(
      file,
      `its key ${path} can be read by others (mode ${shown}); make it yours alone: chmod 600 ${path}`,
    );
  }
  return readFileSync(path, "utf8");
}

const modeOf = (path: string): number | null =>
  statSync(path, { throwIfNoEntry: false })?.mode ?? null;

/** Makes the file under another name first, so that a crash leaves no half of it. */
function make(path: string): string {
  const making = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = openSync(making, "wx", 0o600);
    try {
      writeSync(file, `${randomBytes(32).toString("base64")}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(making, path);
  } finally {
    rmSync(making, { force: true });
  }
  // A folder can't be opened everywhere; where it can, the name is on the disk now.
  if (process.platform !== "win32") {
    const folder = openSync(dirname(path), "r");
    fsyncSync(folder);
    closeSync(folder);
  }
  return path;
}
