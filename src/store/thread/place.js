// @ts-check
import { realpathSync, statSync } from "node:fs";

/**
 * Watches over the names of a database that is open: a file that is deleted or replaced takes writes as before, and loses them
 * when it is closed.
 * @param {string} file
 */
export function placeOf(file) {
  const path = realpathSync(file);
  /**
   * Which files had these names first.
   * @type {Map<string, string>}
   */
  const own = new Map();

  return {
    /**
     * Why what is written now would be lost; null where it would not.
     * @returns {string | null}
     */
    lost() {
      for (const name of [path, `${path}-wal`]) {
        const found = identityOf(name);
        const first = own.get(name) ?? found;
        if (first === null) continue;
        own.set(name, first);
        if (found !== first)
          return `${name} was ${found === null ? "deleted" : "replaced"} while it was in use`;
      }
      return null;
    },
  };
}

/**
 * Null where there is no such file.
 * @param {string} path
 */
function identityOf(path) {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.dev}:${found.ino}` : null;
}
