import { dirname, relative } from "node:path";
import { writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { glob } from "tinyglobby";
import { ConfigError } from "../config/config-error.ts";
import { type Problem, placeText, problemText } from "../model/position.ts";
import { type Json, jsonText } from "../model/json.ts";
import { junitOf } from "../rehearsal/junit.ts";
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
import { durationText, fitForTerminal, styled } from "./terminal.ts";

interface TestOptions {
  readonly config: string;
  readonly coverage?: true;
  readonly minCoverage?: number;
  readonly junit?: string;
  readonly json?: true;
}

/** How all files went. */
interface Tested {
  readonly tests: readonly TestResult[];
  /** What is wrong with files, so that their tests were not done. */
  readonly problems: readonly Problem[];
  /** Null: it is not asked for. */
  readonly coverage: Awaited<ReturnType<typeof workflowCoverage>> | null;
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
  .action(async (files: readonly string[], options: TestOptions) => {
    const { config: file, json = false, junit, minCoverage } = options;
    const wantsCoverage = options.coverage === true || minCoverage !== undefined;
    const found = files.length > 0 ? files : await testFiles(file);
    if (found.length === 0)
      throw new Error(`There is no *.test.yaml beside ${file}; name the files`);
    const tested = await testAll(file, found, { wantsCoverage, tell: json ? null : print });
    if (junit !== undefined) await writeFile(junit, junitOf(tested.tests.map(reported)));
    if (json) await print(jsonText(forPrograms(tested)));
    else await print([summaryOf(tested), ...coverageLines(tested)].join("\n"));
    const covered = tested.coverage === null ? 100 : percentTaken(tested.coverage);
    const isFine = tested.problems.length === 0 && tested.tests.every(passed);
    process.exitCode = isFine && covered >= (minCoverage ?? 0) ? 0 : 1;
  });

/** The files of tests that stand beside a configuration, or in folders below. */
async function testFiles(config: string): Promise<string[]> {
  const folder = dirname(config);
  const names = await glob("**/*.test.{yaml,yml}", {
    cwd: folder,
    absolute: true,
    ignore: ["**/node_modules/**"],
  });
  return names.map((name) => relative(process.cwd(), name)).toSorted();
}

const passed = ({ mistakes }: Pick<TestResult, "mistakes">) => mistakes.length === 0;

/** Does the tests of all files on one gateway. */
async function testAll(
  config: string,
  files: readonly string[],
  { wantsCoverage, tell }: Doing,
): Promise<Tested> {
  const rehearsal = await openRehearsal(config, process.env);
  const tests: TestResult[] = [];
  const problems: Problem[] = [];
  try {
    const names = stepNames(rehearsal.config);
    for (const file of files) {
      await tell?.(styled("bold", file));
      try {
        for await (const result of resultsOf(await readTests(file, names), rehearsal)) {
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
    return { tests, problems, coverage };
  } finally {
    await rehearsal.close();
  }
}

/** `  ✓ a short title is refused  3 ms`, or with all that is wrong below. */
function resultText(result: TestResult): string {
  const { name, durationMs, mistakes } = result;
  const mark = passed(result) ? styled("green", "✓") : styled("red", "✗");
  const head = `  ${mark} ${fitForTerminal(name)}  ${styled("dim", durationText(durationMs))}`;
  const wrong = mistakes.flatMap(({ message, difference, ...position }) => [
    `    ${placeText(position)}: ${fitForTerminal(message)}`,
    ...difference.map((line) => `      ${coloured(line)}`),
  ]);
  return [head, ...wrong].join("\n");
}

/** What was expected and is not there in red, what is there in its place in green. */
function coloured(line: string): string {
  const indent = /^[-+ ] */.exec(line)?.[0] ?? "";
  const text = indent + fitForTerminal(line.slice(indent.length));
  if (line.startsWith("-")) return styled("red", text);
  return line.startsWith("+") ? styled("green", text) : text;
}

/** A test without the runs that it caused. */
function forPrograms({ tests, problems, coverage }: Tested): Json {
  const told = tests.map(({ runs: _runs, ...one }) => ({ ...one, passed: passed(one) }));
  return { tests: told, problems, coverage } as unknown as Json;
}

const reported = ({ mistakes, ...one }: TestResult) => ({
  ...one,
  failures: mistakes.map(({ message, difference, ...position }) =>
    [`${placeText(position)}: ${message}`, ...difference].join("\n"),
  ),
});

const percentTaken = ({ all, taken }: NonNullable<Tested["coverage"]>): number =>
  all === 0 ? 100 : (100 * taken) / all;

/** What no test took, by its place, and how much all took. */
function coverageLines({ coverage }: Tested): string[] {
  if (coverage === null) return [];
  const { all, taken, untaken } = coverage;
  const percent = Math.floor(10 * percentTaken(coverage)) / 10;
  return [
    "",
    ...untaken.map(problemText).map(fitForTerminal),
    `${taken} of ${all} steps and branches are taken (${percent} %)`,
  ];
}

function summaryOf({ tests, problems }: Pick<Tested, "tests" | "problems">): string {
  const failed = tests.filter((one) => !passed(one)).length;
  const parts = [
    `${tests.length - failed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(problems.length > 0 ? [`${problems.length} mistakes in files of tests`] : []),
  ];
  return `\n${parts.join(", ")}`;
}
