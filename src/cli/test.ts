import { dirname, relative } from "node:path";
import { Command } from "commander";
import { glob } from "tinyglobby";
import { ConfigError } from "../config/config-error.ts";
import { type Problem, placeText, problemText } from "../model/position.ts";
import { openRehearsal } from "../rehearse.ts";
import { type TestResult, readTests, resultsOf, stepNames } from "../test-workflows.ts";
import { configOption } from "./config-option.ts";
import { print } from "./print.ts";
import { durationText, fitForTerminal, styled } from "./terminal.ts";

interface TestOptions {
  readonly config: string;
  readonly json?: true;
}

/** How all files went. */
interface Tested {
  readonly tests: readonly TestResult[];
  /** What is wrong with files, so that their tests were not done. */
  readonly problems: readonly Problem[];
}

/** `sidehook test [files]`: does tests of workflows. Exit code 1 when one fails, or a file has mistakes. */
export const test = new Command("test")
  .description("test workflows, as files of tests say")
  .argument(
    "[files...]",
    "files of tests; default: *.test.yaml in the configuration's folder and below",
  )
  .option("--json", "for programs")
  .addOption(configOption)
  .action(async (files: readonly string[], options: TestOptions) => {
    const { config: file, json = false } = options;
    const found = files.length > 0 ? files : await testFiles(file);
    if (found.length === 0)
      throw new Error(`There is no *.test.yaml beside ${file}; name the files`);
    const tested = await testAll(file, found, json ? null : print);
    if (json) await print(JSON.stringify(tested));
    else await print(summaryOf(tested));
    const isFine = tested.problems.length === 0 && tested.tests.every(passed);
    process.exitCode = isFine ? 0 : 1;
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

const passed = ({ mistakes }: TestResult) => mistakes.length === 0;

/** Does the tests of all files on one gateway. @param tell gets what there is to tell of each as it is done */
async function testAll(
  config: string,
  files: readonly string[],
  tell: ((text: string) => Promise<void>) | null,
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
  } finally {
    await rehearsal.close();
  }
  return { tests, problems };
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

function summaryOf({ tests, problems }: Tested): string {
  const failed = tests.filter((one) => !passed(one)).length;
  const parts = [
    `${tests.length - failed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(problems.length > 0 ? [`${problems.length} mistakes in files of tests`] : []),
  ];
  return `\n${parts.join(", ")}`;
}
