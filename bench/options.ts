import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { rows, type Row } from "./rows.ts";

/** What of the bench is wanted. */
export interface Options {
  readonly rows: readonly Row[];
  readonly rounds: number;
  readonly milliseconds: number;
  readonly connections: number;
  /** The folder of another checkout, built: an absolute path; null: none. */
  readonly against: string | null;
  readonly peers: boolean;
}

/** Reads the command line. See bench/README.md. */
export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: [] },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "1.5" },
      connections: { type: "string", default: "64" },
      against: { type: "string" },
      "no-peers": { type: "boolean", default: false },
    },
  });
  return {
    rows: rowsNamed(values.only.flatMap((names) => names.split(","))),
    rounds: positive("rounds", values.rounds),
    milliseconds: positive("seconds", values.seconds) * 1_000,
    connections: positive("connections", values.connections),
    against: values.against === undefined ? null : resolve(values.against),
    peers: !values["no-peers"],
  };
}

/** The rows that begin with one of these texts; without any, all. */
function rowsNamed(starts: readonly string[]): readonly Row[] {
  const unknown = starts.find((start) => !rows.some(({ name }) => name.startsWith(start)));
  if (unknown !== undefined) {
    const names = rows.map(({ name }) => `  ${name}`).join("\n");
    throw new Error(`No row begins with "${unknown}". The rows are:\n${names}`);
  }
  if (starts.length === 0) return rows;
  return rows.filter(({ name }) => starts.some((start) => name.startsWith(start)));
}

/** A number over 0 that the command line gives. */
export function positive(name: string, text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new Error(`--${name} should be a number over 0, and is "${text}"`);
}
