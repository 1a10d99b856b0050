import { readdir, stat } from "node:fs/promises";
import { isAbsolute, posix, sep } from "node:path";

/**
 * The files that a pattern of `include` names, sorted. `*` is any text within a name, `**` any folders between.
 * Null when a pattern without a star names no file.
 *
 *     "workflows/*.yaml" in "conf" → ["conf/workflows/audit.yaml", "conf/workflows/mail.yaml"]
 *
 * @param folder where a relative pattern begins
 */
export async function includedFiles(pattern: string, folder: string): Promise<string[] | null> {
  const path = posix.normalize(pattern.split(sep).join("/"));
  const placed = isAbsolute(path) ? path : posix.join(folder.split(sep).join("/"), path);
  if (!path.includes("*")) return (await isFile(placed)) ? [placed] : null;

  const star = placed.indexOf("*");
  const root = posix.dirname(`${placed.slice(0, star)}*`);
  const matches = expressionOf(placed);
  const names = await namesBelow(root, placed.slice(star).search(/\/|\*\*/) >= 0);
  const files = names.map((name) => posix.join(root, name)).filter((name) => matches.test(name));
  const kept = await Promise.all(files.map(async (file) => ((await isFile(file)) ? [file] : [])));
  return kept.flat().toSorted();
}

const expressionOf = (path: string) =>
  new RegExp(
    `^${path
      .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
      .replace(/\*\*\/|\*+/g, (star) => (star === "**/" ? "(?:[^/]+/)*" : "[^/]*"))}$`,
  );

/** Names of what lies in a folder; those of a folder that can't be read are none. */
async function namesBelow(folder: string, deep: boolean): Promise<string[]> {
  const names = await readdir(folder, { recursive: deep }).catch(() => []);
  return names.map((name) => name.split(sep).join("/"));
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}
