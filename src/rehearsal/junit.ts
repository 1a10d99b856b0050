/** How a test went, for a report. */
interface ReportedTest {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly durationMs: number;
  /** What is wrong, a text each; `[]`: it passed. */
  readonly failures: readonly string[];
}

/** Results of tests as JUnit writes them, which continuous integration reads: a suite for each file. */
export function junitOf(tests: readonly ReportedTest[]): string {
  const files = [...new Set(tests.map(({ file }) => file))];
  const suites = files.map((file) =>
    suiteOf(
      file,
      tests.filter((one) => one.file === file),
    ),
  );
  const totals = totalsOf(tests);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    ...suites.flat(),
    "</testsuites>",
    "",
  ].join("\n");
}

const suiteOf = (file: string, tests: readonly ReportedTest[]): string[] => [
  `  <testsuite ${attributes({ name: file })} ${totalsOf(tests)}>`,
  ...tests.flatMap(caseOf),
  "  </testsuite>",
];

function caseOf({ file, line, name, durationMs, failures }: ReportedTest): string[] {
  const own = attributes({ name, classname: file, file, line, time: seconds(durationMs) });
  if (failures.length === 0) return [`    <testcase ${own}/>`];
  const told = failures.map((text) => {
    const [message = ""] = text.split("\n", 1);
    return `      <failure ${attributes({ message })}>${escaped(text)}</failure>`;
  });
  return [`    <testcase ${own}>`, ...told, "    </testcase>"];
}

const totalsOf = (tests: readonly ReportedTest[]): string =>
  attributes({
    tests: tests.length,
    failures: tests.filter(({ failures }) => failures.length > 0).length,
    time: seconds(tests.reduce((sum, { durationMs }) => sum + durationMs, 0)),
  });

const seconds = (milliseconds: number) => (milliseconds / 1_000).toFixed(3);

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(String(value)).replaceAll("\n", "&#10;")}"`)
    .join(" ");

/** Characters that XML 1.0 can't hold are shown as U+FFFD. */
const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\u{FFFD}");
