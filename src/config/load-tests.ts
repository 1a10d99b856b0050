import { readFile } from "node:fs/promises";
import type { Position, Problem } from "../model/position.ts";
import { type WorkflowTest, workflowTestFile } from "../model/workflow-test.ts";
import { ConfigError } from "./config-error.ts";
import { check } from "./schema/check.ts";
import { readSource } from "./yaml/source.ts";

/** A file of tests, read and checked. */
export interface TestFile {
  /** As the user named it. */
  readonly file: string;
  readonly tests: readonly WorkflowTest[];
  /** Where something of a test stands: `["expect", "status"]`, or a key there; what is not there stands where the test does. */
  readonly at: (test: number, path: readonly PropertyKey[], key?: string) => Position;
}

/**
 * Reads a file of tests.
 * @throws {ConfigError} with everything that is wrong
 * @see docs/testing.md
 */
export async function loadTests(file: string): Promise<TestFile> {
  const source = readSource(await bytesOf(file), file);
  if (!("value" in source)) throw new ConfigError(source, NO_SOURCES);
  const problems: Problem[] = [];
  const checked = check(workflowTestFile, source.value, { source, path: [], problems });
  if (checked === null) throw new ConfigError(problems, NO_SOURCES);
  return {
    file,
    tests: checked.value.tests,
    at(test, path, key) {
      const detail = key === undefined ? {} : { key };
      const { message: _, ...position } = source.problem(["tests", test, ...path], "", detail);
      return position;
    },
  };
}

const NO_SOURCES = { files: [], patterns: [] };

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const message = `can't read the file (${(error as NodeJS.ErrnoException).code})`;
    throw new ConfigError([{ file, line: 1, col: 1, message }], NO_SOURCES);
  }
}
