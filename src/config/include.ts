import { readdirSync, statSync } from "node:fs";
import { join, posix, sep } from "node:path";

/**
 * The files that a pattern of `include` names, sorted. `*` is any text within a name, `**` any folders between.
 * Null when a pattern without a star names no file.
 *
 *     "workflows/*.yaml" → ["workflows/audit.yaml", "workflows/mail.yaml"]
 *
 * @param folder where relative patterns begin; files come back relative to it
 */
export function includedFiles(pattern: string, folder: string): string[] | null {
  const path = posix.normalize(pattern.split(sep).join("/"));
  if (!path.includes("*")) return isFile(join(folder, path)) ? [path] : null;
  const fixed = path.slice(0, path.search(/[^/]*\*/));
  const matches = expressionOf(path);
  return entriesBelow(join(folder, fixed))
    .map((name) => fixed + name)
    .filter((name) => matches.test(name) && isFile(join(folder, name)))
    .toSorted();
}

const expressionOf = (path: string) =>
  new RegExp(
    `^${path
      .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
      .replace(/\*\*\/|\*/g, (star) => (star === "*" ? "[^/]*" : "(?:[^/]+/)*"))}$`,
  );

function entriesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true }).map((name) =>
      String(name).split(sep).join("/"),
    );
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
