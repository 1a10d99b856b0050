import { createHash } from "node:crypto";
import { type BigIntStats, readFileSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { relative } from "node:path";
import type { Sources } from "../model/sources.ts";
import { includedFiles } from "./include.ts";

/** Reads the files of one configuration, and remembers which. */
export interface Reading {
  /** @throws the system's error */
  file(path: string): Promise<Buffer>;
  /** The same, at once. */
  fileNow(path: string): Buffer;
  /** See `includedFiles`. */
  included(pattern: string): Promise<string[] | null>;
  /** All that was read, or looked for. */
  sources(): Sources;
  /** SHA-256 of all that was read, hex. */
  hash(): string;
}

/** A file whose bytes are given by a program. */
export interface GivenFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Begins to read.
 * @param folder that the configuration is in, as the user named it: included files are named so too
 * @param given a file that is not looked for on the disk
 */
export function reading(folder: string, given: GivenFile | null = null): Reading {
  const files = new Map<string, { mark: string; digest: string }>();
  const patterns: Sources["patterns"][number][] = [];
  const read = (path: string, mark: string, bytes: Buffer) => {
    files.set(path, { mark, digest: createHash("sha256").update(bytes).digest("hex") });
    return bytes;
  };
  // The mark is taken first: what is written in between is then seen as a change.
  return {
    async file(path) {
      if (path === given?.path) return read(path, "given", Buffer.from(given.bytes));
      const mark = await markOf(path);
      files.set(path, { mark, digest: "" });
      return read(path, mark, await readFile(path));
    },
    fileNow(path) {
      const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
      // A device or a pipe may never end.
      if (stats && !stats.isFile()) throw Object.assign(new Error(path), { code: "not a file" });
      const mark = textOf(stats);
      files.set(path, { mark, digest: "" });
      return read(path, mark, readFileSync(path));
    },
    async included(pattern) {
      const found = await includedFiles(pattern, folder);
      patterns.push({ pattern, folder, files: found ?? [] });
      return found;
    },
    sources: () => ({
      files: [...files].map(([path, { mark }]) => ({ path, mark })),
      patterns,
    }),
    hash() {
      const all = [...files].map(([path, { digest }]) => [relative(folder, path), digest]);
      return createHash("sha256").update(JSON.stringify(all)).digest("hex");
    },
  };
}

/** The marks that the files have had when they were read, as `marksNow` gives them. */
export const marksRead = ({ files, patterns }: Sources): string =>
  marksText(
    files.map(({ mark }) => mark),
    patterns.map((one) => one.files),
  );

/** The marks that the files have now. They are those that were read as long as nothing has changed. */
export async function marksNow({ files, patterns }: Sources): Promise<string> {
  const marks = files.map(({ path }) => markOf(path));
  const found = patterns.map(
    async ({ pattern, folder }) => (await includedFiles(pattern, folder).catch(() => null)) ?? [],
  );
  return marksText(await Promise.all(marks), await Promise.all(found));
}

const marksText = (marks: readonly string[], found: readonly (readonly string[])[]) =>
  JSON.stringify([marks, found]);

/** Files with the marks that they have now, to be watched beside those that were read. */
export const markedFiles = (paths: readonly string[]): Promise<Sources["files"]> =>
  Promise.all(paths.map(async (path) => ({ path, mark: await markOf(path) })));

/** Tells a file from another in its place, and from itself before a change. */
const markOf = async (path: string): Promise<string> =>
  textOf(await stat(path, { bigint: true }).catch(() => undefined));

const textOf = (stats: BigIntStats | undefined) =>
  stats === undefined
    ? "none"
    : `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
