import { stat } from "node:fs/promises";
import { posix, sep } from "node:path";
import { glob } from "tinyglobby";

/**
 * The files that a pattern of `include` names, sorted. `*` is any text within a name, `**` any folders between; other
 * signs stand for themselves. Null when a pattern without a star names no file.
 *
 *     "workflows/*.yaml" in "conf" → ["conf/workflows/audit.yaml", "conf/workflows/mail.yaml"]
 *
 * @param folder where a relative pattern begins
 */
export async function includedFiles(pattern: string, folder: string): Promise<string[] | null> {
  const path = posix.normalize(pattern.split(sep).join("/"));
  const from = folder.split(sep).join("/");
  const absolute = posix.isAbsolute(path);
  const placed = absolute ? path : posix.join(from, path);
  if (!path.includes("*")) return (await isFile(placed)) ? [placed] : null;

  const named = await glob(globOf(path), {
    cwd: from,
    dot: true,
    absolute,
    expandDirectories: false,
  });
  return named.map((name) => (absolute ? name : posix.join(from, name))).toSorted();
}

/** Escapes the special characters of globs except stars. At the end of a pattern `**` names no folders, so it is `*`. */
const globOf = (path: string) =>
  path.replace(/[?!+@|()[\]{}]/g, "\\$&").replace(/\*{2,}(?!\/)/g, "*");

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}
