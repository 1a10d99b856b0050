import { type Problem, problemText } from "../model/position.ts";
import { version } from "../version.ts";

/** A problem, or a warning: something that may be a mistake. */
export interface Finding extends Problem {
  readonly level: "error" | "warning";
}

/** The forms in which `sidehook check` tells its findings, but its own. */
export const FORMATS = {
  json: jsonOf,
  github: githubOf,
  sarif: sarifOf,
} as const satisfies Readonly<Record<string, (findings: readonly Finding[]) => string>>;

/** `gateway.yaml:7:38: warning: …`. */
export const findingText = ({ message, level, ...place }: Finding): string =>
  problemText({ ...place, message: said({ message, level }) });

const said = ({ message, level }: Pick<Finding, "message" | "level">): string =>
  level === "warning" ? `warning: ${message}` : message;

/** `[{ "file", "line", "col", "message" }]` */
function jsonOf(findings: readonly Finding[]): string {
  return JSON.stringify(
    findings.map(({ file, line, col, ...words }) => ({ file, line, col, message: said(words) })),
  );
}

/**
 * Lines that GitHub shows at their place in a pull request.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
function githubOf(findings: readonly Finding[]): string {
  return findings
    .map(({ level, file, line, col, message }) => {
      const place = `file=${escaped(file, true)},line=${line},col=${col}`;
      return `::${level} ${place},title=sidehook check::${escaped(message, false)}`;
    })
    .join("\n");
}

function escaped(text: string, inProperty: boolean): string {
  const plain = text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  return inProperty ? plain.replaceAll(":", "%3A").replaceAll(",", "%2C") : plain;
}

/**
 * A log in SARIF 2.1.0, which tools for code scanning read.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
function sarifOf(findings: readonly Finding[]): string {
  const driver = {
    name: "sidehook",
    version,
    rules: [{ id: RULE, shortDescription: { text: "The configuration of Sidehook is valid" } }],
  };
  const results = findings.map(({ level, file, line, col, message, see }) => ({
    ruleId: RULE,
    level,
    message: { text: see === undefined ? message : `${message} (see ${see})` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          region: { startLine: line, startColumn: col },
        },
      },
    ],
  }));
  const $schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
  return JSON.stringify({ $schema, version: "2.1.0", runs: [{ tool: { driver }, results }] });
}

const RULE = "configuration";

/** A path as a relative reference (RFC 3986). */
const uriOf = (file: string): string =>
  file.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
