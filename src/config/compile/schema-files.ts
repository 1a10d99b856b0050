import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { SchemaDocument } from "../../model/json-schema.ts";
import type { Problem } from "../../model/position.ts";
import { readJsonSource } from "../yaml/json-source.ts";
import { type Source, readSource } from "../yaml/source.ts";

/** The files that hold JSON Schemas, read once. */
export interface SchemaFiles {
  /** The address of a file, from the path that the configuration has: `file:///srv/post.schema.json`. */
  address(path: string): string;
  /** The file at an address; the problems when it can't be read. */
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
  const open = (address: string): SchemaFile | BrokenFile => {
    const path = fileURLToPath(address);
    const file = join(dirname(configuration), relative(folder, path));
    try {
      const bytes = read(path);
      const json = bytes.length > LARGEST ? null : readJsonSource(bytes, file);
      const source = json ?? readSource(bytes, file, LARGEST);
      if (!("value" in source)) return { isThere: true, problems: source };
      return { source, document: { value: source.value, dialect: dialectOf(source.value) } };
    } catch (error) {
      const message = `can't read the file ${path} (${(error as NodeJS.ErrnoException).code})`;
      return { isThere: false, problems: [{ file, line: 1, col: 1, message }] };
    }
  };
  return {
    openapi: openapi && pathToFileURL(openapi).href,
    address: (path) => pathToFileURL(resolve(folder, path)).href,
    read(address) {
      const file = known.get(address) ?? open(address);
      known.set(address, file);
      return file;
    },
  };
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
