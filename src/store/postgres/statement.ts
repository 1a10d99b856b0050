import type { QueryConfig } from "pg";
import type { Said, Statement } from "../said.ts";
import { storable } from "../texts.ts";

/** A statement as Postgres takes it: prepared under a name, with numbered values. */
interface Prepared {
  readonly name: string;
  readonly text: string;
  /** The values' names, in order. */
  readonly names: readonly string[];
}

const LOCKS = { wait: " for update", skip: " for update skip locked" } as const;

const prepared = new Map<Statement, Prepared>();

/**
 * What a handler says, as a query. A connection prepares each statement once.
 *
 *     "delete from queue where run = @run" with { run: "0192…" } → "delete from queue where run = $1" with ["0192…"]
 */
export function queryOf({ statement, values }: Said): QueryConfig {
  const { name, text, names } = prepared.get(statement) ?? prepare(statement);
  const given = values as Readonly<Record<string, unknown>>;
  return { name, text, values: names.map((key) => valueOf(given[key])) };
}

const valueOf = (value: unknown) => (typeof value === "string" ? storable(value) : (value ?? null));

function prepare(statement: Statement): Prepared {
  const names: string[] = [];
  const text = statement.text.replaceAll(/@(\w+)/g, (_, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  const locks = statement.locks === null ? "" : LOCKS[statement.locks];
  const made = { name: `sidehook_${prepared.size}`, text: text + locks, names };
  prepared.set(statement, made);
  return made;
}
