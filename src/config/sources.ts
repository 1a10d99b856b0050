import { relative, resolve } from "node:path";
import type { Problem } from "../model/position.ts";
import type { Reading } from "./reading.ts";
import { check } from "./schema/check.ts";
import { includedSchema } from "./schema/file.ts";
import { type Source, readSource } from "./yaml/source.ts";

/** Reads a YAML file. What is wrong with it is added to the problems; then it is null. */
export async function readYaml(
  file: string,
  files: Reading,
  problems: Problem[],
): Promise<Source | null> {
  try {
    const source = readSource(await files.file(resolve(file)), file);
    if ("value" in source) return source;
    problems.push(...source);
  } catch (error) {
    const message = `can't read the file ${resolve(file)} (${(error as NodeJS.ErrnoException).code})`;
    problems.push({ file, line: 1, col: 1, message });
  }
  return null;
}

/** Reads the files that `include` names, except the configuration itself. What is wrong with them is added to the problems. */
export async function includedSources(
  main: Source,
  patterns: unknown,
  files: Reading,
  problems: Problem[],
): Promise<Source[]> {
  if (!Array.isArray(patterns)) return [];
  const named = patterns.map(async (pattern: unknown, index) => {
    if (typeof pattern !== "string") return [];
    const found = await files.included(pattern);
    if (found) return found;
    problems.push(main.problem(["include", index], `there is no file ${pattern}`));
    return [];
  });
  const distinct = new Set((await Promise.all(named)).flat());
  const others = [...distinct].filter((file) => relative(main.file, file) !== "");
  const sources = await Promise.all(others.map((file) => readYaml(file, files, problems)));
  const read = sources.filter((source) => source !== null);
  for (const source of read) check(includedSchema, source.value, { source, path: [], problems });
  return read;
}
