import { type Json, jsonText } from "../model/json.ts";
import { type Problem, placeText, problemText } from "../model/position.ts";
import { junitOf } from "../rehearsal/junit.ts";
import type { TestResult, workflowCoverage } from "../test-workflows.ts";
import { durationText, fitForTerminal, styled } from "./terminal.ts";

/** How all files went. */
export interface Tested {
  readonly tests: readonly TestResult[];
  /** What is wrong with files, so that their tests were not done. */
  readonly problems: readonly Problem[];
  /** Null: it is not asked for. */
  readonly coverage: Awaited<ReturnType<typeof workflowCoverage>> | null;
}

/** Whether all is as a test expects it. */
export const passed = ({ mistakes }: Pick<TestResult, "mistakes">): boolean =>
  mistakes.length === 0;

/** `  ✓ a short title is refused  3 ms`, or with all that is wrong below. */
export function resultText(result: TestResult): string {
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

/** The same as JSON, without the runs that tests caused. */
export function testedJson({ tests, problems, coverage }: Tested): string {
  const told = tests.map(({ runs: _runs, ...one }) => ({ ...one, passed: passed(one) }));
  return jsonText({ tests: told, problems, coverage } as unknown as Json);
}

const reported = ({ mistakes, ...one }: TestResult) => ({
  ...one,
  failures: mistakes.map(({ message, difference, ...position }) =>
    [`${placeText(position)}: ${message}`, ...difference].join("\n"),
  ),
});

/** The same as JUnit writes it. */
export const testedJunit = ({ tests }: Tested): string => junitOf(tests.map(reported));

/** How much the tests took, from 0 to 100. */
export const percentTaken = ({ all, taken }: NonNullable<Tested["coverage"]>): number =>
  all === 0 ? 100 : (100 * taken) / all;

/** What comes behind all tests: how many passed, and what no test took. */
export const summaryText = (tested: Tested): string =>
  [summaryOf(tested), ...coverageLines(tested)].join("\n");

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
