import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { SchemaDocument } from "../../model/json-schema.ts";
import type { Problem } from "../../model/position.ts";
import { readJsonSource } from "../yaml/json-source.ts";
import { type Source, readSource } from "../yaml/source.ts";

/** The files that hold JSON Schemas, read once. */
export interface SchemaFiles {
  /** The address of a file, from the path that the configuration has: `file:///srv/post.schema.json`. */
  address(path: string): string;
  /**
   * The file at an address; the problems when it can't be read. References lead to files in the folders of the configuration and
   * of the files that it names, and below.
   */
  read(address: string): SchemaFile | BrokenFile;
  /** The address of `upstream.openapi`; null where it is not set. */
  readonly openapi: string | null;
}

/** One of them. */
export interface SchemaFile {
  readonly source: Source;
  readonly document: SchemaDocument;
}

/** One that can't be read. */
export interface BrokenFile {
  /** Whether there is such a file, so that its problems have places in it. */
  readonly isThere: boolean;
  readonly problems: readonly Problem[];
}

/** The largest file, in bytes. OpenAPI documents may be large. */
const LARGEST = 10_000_000;

/**
 * Opens them. JSON is read as YAML.
 * @param configuration the file that paths are relative to, as the user named it: problems name files so too
 * @param openapi the absolute path of `upstream.openapi`
 * @param read gives what a file holds; throws the system's error
 */
export function openSchemaFiles(
  configuration: string,
  openapi: string | null,
  read: (path: string) => Uint8Array,
): SchemaFiles {
  const folder = dirname(resolve(configuration));
  const known = new Map<string, SchemaFile | BrokenFile>();
  const folders = new Set([folder, ...(openapi === null ? [] : [dirname(openapi)])]);
  const isReached = (path: string) => [...folders].some((one) => isBelow(one, path));
  const nameOf = (path: string) => join(dirname(configuration), relative(folder, path));

  const open = (path: string): SchemaFile | BrokenFile => {
    const file = nameOf(path);
    try {
      const bytes = read(path);
      const json = bytes.length > LARGEST ? null : readJsonSource(bytes, file);
      const source = json ?? readSource(bytes, file, LARGEST);
      if (!("value" in source)) return { isThere: true, problems: source };
      return { source, document: { value: source.value, dialect: dialectOf(source.value) } };
    } catch (error) {
      return unread(file, path, String((error as NodeJS.ErrnoException).code));
    }
  };
  return {
    openapi: openapi && pathToFileURL(openapi).href,
    address(path) {
      const named = resolve(folder, path);
      if (!path.startsWith("#")) folders.add(dirname(named));
      return pathToFileURL(named).href;
    },
    read(address) {
      const path = pathOf(address);
      if (path === null || !isReached(path)) {
        return unread(nameOf(path ?? folder), path ?? address, "no folder of the configuration");
      }
      const file = known.get(path) ?? open(path);
      known.set(path, file);
      return file;
    },
  };
}

const unread = (file: string, path: string, why: string): BrokenFile => ({
  isThere: false,
  problems: [{ file, line: 1, col: 1, message: `can't read the file ${path} (${why})` }],
});

/** The path of a file's address; null where it is another machine's, or holds what no path can. */
function pathOf(address: string): string | null {
  try {
    return fileURLToPath(address);
  } catch {
    return null;
  }
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function dialectOf({ openapi }: Source["value"]): SchemaDocument["dialect"] {
  if (typeof openapi !== "string") return "2020-12";
  return openapi.startsWith("3.0") ? "openapi 3.0" : "openapi 3.1";
}

/** What is wrong with `upstream.openapi`. */
export function openApiProblems(main: Source, files: SchemaFiles): readonly Problem[] {
  if (files.openapi === null) return [];
  const file = files.read(files.openapi);
  const at = ["upstream", "openapi"];
  if (!("source" in file)) {
    if (file.isThere) return file.problems;
    return file.problems.map(({ message }) => main.problem(at, message));
  }
  const { openapi } = file.source.value;
  if (/^3\.[01]\b/.test(String(openapi))) return [];
  return [main.problem(at, "should be an OpenAPI document of version 3.0 or 3.1")];
}
