import { writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { glob } from "tinyglobby";
import { ConfigError } from "../config/config-error.ts";
import { markedFiles } from "../config/reading.ts";
import { watchSources } from "../config/watch.ts";
import type { Config } from "../model/config.ts";
import { type Problem, placeText, problemText } from "../model/position.ts";
import type { Sources } from "../model/sources.ts";
import { openRehearsal } from "../rehearse.ts";
import {
  type TestResult,
  readTests,
  resultsOf,
  stepNames,
  workflowCoverage,
} from "../test-workflows.ts";
import { configOption } from "./config-option.ts";
import { print } from "./print.ts";
import { stopSignal } from "./stop-signal.ts";
import { styled } from "./terminal.ts";
import {
  type Tested,
  passed,
  percentTaken,
  resultText,
  summaryText,
  testedJson,
  testedJunit,
} from "./test-text.ts";

interface TestOptions {
  readonly config: string;
  readonly coverage?: true;
  readonly minCoverage?: number;
  readonly junit?: string;
  readonly watch?: true;
  readonly json?: true;
}

/** How tests are done. */
interface Doing {
  readonly wantsCoverage: boolean;
  /** Gets what there is to tell of each as it is done; null: nothing is told. */
  readonly tell: ((text: string) => Promise<void>) | null;
}

function percentOf(text: string): number {
  const percent = Number(text);
  if (text.trim() !== "" && percent >= 0 && percent <= 100) return percent;
  throw new InvalidArgumentError("It should be a number from 0 to 100.");
}

/** `sidehook test [files]`: does tests of workflows. Exit code 1 when one fails, or a file has mistakes. */
export const test = new Command("test")
  .description("test workflows, as files of tests say")
  .argument(
    "[files...]",
    "files of tests; default: *.test.yaml in the configuration's folder and below",
  )
  .option("--coverage", "tell which steps and branches no test took")
  .addOption(
    new Option("--min-coverage <percent>", "fail below so much of them").argParser(percentOf),
  )
  .option("--junit <file>", "write the results as JUnit does")
  .option("--json", "for programs")
  .addOption(configOption)
  .addOption(new Option("--watch", "test again when a file changes").conflicts("json"))
  .action(async (files: readonly string[], options: TestOptions) => {
    if (options.watch !== true) {
      const tested = await testFiles(files, options);
      process.exitCode = isFine(tested, options) ? 0 : 1;
      return;
    }
    const stop = stopSignal();
    const watching = new AbortController();
    let sources = await testedSources(files, options);
    const again = async () => {
      // As they are before they are read, so that a change meanwhile is one.
      const marked = await markedFiles(sources.files.map(({ path }) => path));
      sources = await testedSources(files, options).catch((error: unknown) => {
        console.error((error as Error).message);
        return { ...sources, files: marked };
      });
    };
    void watchSources(() => sources, again, watching.signal);
    await stop;
    watching.abort();
  });

function isFine({ tests, problems, coverage }: Tested, { minCoverage = 0 }: TestOptions): boolean {
  const covered = coverage === null ? 100 : percentTaken(coverage);
  return problems.length === 0 && tests.every(passed) && covered >= minCoverage;
}

/** Does the tests, and gives the files that they depend on. A configuration that can't be used is told. */
async function testedSources(files: readonly string[], options: TestOptions): Promise<Sources> {
  const named = await markedFiles(await filesOf(files, options));
  const { sources } = await testFiles(files, options).catch((error: unknown) => {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    return error;
  });
  return { ...sources, files: [...sources.files, ...named] };
}

async function filesOf(
  files: readonly string[],
  { config }: TestOptions,
): Promise<readonly string[]> {
  return files.length > 0 ? files : filesBeside(config);
}

/** Does the tests of some files, and tells how they went. */
async function testFiles(named: readonly string[], options: TestOptions) {
  const { config: file, json = false, junit, minCoverage, coverage } = options;
  const files = await filesOf(named, options);
  if (files.length === 0) throw new Error(`There is no *.test.yaml beside ${file}; name the files`);
  const wantsCoverage = coverage === true || minCoverage !== undefined;
  const tested = await testAll(file, files, { wantsCoverage, tell: json ? null : print });
  if (junit !== undefined) await writeFile(junit, testedJunit(tested));
  await print(json ? testedJson(tested) : summaryText(tested));
  return tested;
}

/** The files of tests that stand beside a configuration, or in folders below. */
async function filesBeside(config: string): Promise<string[]> {
  const folder = dirname(config);
  const names = await glob("**/*.test.{yaml,yml}", {
    cwd: folder,
    absolute: true,
    ignore: ["**/node_modules/**"],
  });
  return names.map((name) => relative(process.cwd(), name)).toSorted();
}

/** Does the tests of all files on one gateway. */
async function testAll(
  config: string,
  files: readonly string[],
  { wantsCoverage, tell }: Doing,
): Promise<Tested & Pick<Config, "sources">> {
  const rehearsal = await openRehearsal(config, process.env);
  const tests: TestResult[] = [];
  const problems: Problem[] = [];
  try {
    const names = stepNames(rehearsal.config);
    for (const file of files) {
      await tell?.(styled("bold", file));
      try {
        const read = await readTests(file, names);
        for (const one of read.warnings) {
          await tell?.(`  ${placeText(one)}: warning: ${one.message}`);
        }
        for await (const result of resultsOf(read, rehearsal)) {
          tests.push(result);
          await tell?.(resultText(result));
        }
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        problems.push(...error.problems);
        for (const problem of error.problems) await tell?.(`  ${problemText(problem)}`);
      }
    }
    const runs = tests.flatMap((one) => one.runs);
    const coverage = wantsCoverage ? await workflowCoverage(rehearsal.config, runs) : null;
    return { tests, problems, coverage, sources: rehearsal.config.sources };
  } finally {
    await rehearsal.close();
  }
}
