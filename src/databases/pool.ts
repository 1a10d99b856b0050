import type { Json, JsonObject } from "../model/json.ts";
import { jsonSize } from "../model/json-size.ts";
import type { SqlStatement } from "../model/sql-statement.ts";

/** A statement with its values, as a driver is asked. */
export interface Question {
  readonly statement: SqlStatement;
  /** In the order of the placeholders. */
  readonly values: readonly Json[];
  readonly most: RowBounds;
  readonly signal: AbortSignal;
}

/** What a statement may give. */
export interface RowBounds {
  readonly rows: number;
  /** Of all rows as JSON, about. */
  readonly bytes: number;
}

/** A database at work: its connections. */
export interface Pool {
  /**
   * @throws {TooMuch} beyond `most`
   * @throws the driver's error; whatever aborted the signal
   */
  ask(question: Question): Promise<readonly JsonObject[]>;
  /** Lets go of its connections, once no statement is under way. */
  close(): Promise<void>;
}

/** A statement gave more than is worked on in memory. */
export class TooMuch extends Error {
  override readonly name = "TooMuch";
  readonly of: keyof RowBounds;

  constructor(of: keyof RowBounds) {
    super(`too many ${of}`);
    this.of = of;
  }
}

/** Rows that come one after another, within bounds. `add` gives what is wrong when they would go beyond. */
export function rowsWithin(most: RowBounds): {
  readonly rows: JsonObject[];
  readonly add: (row: JsonObject) => TooMuch | null;
} {
  const rows: JsonObject[] = [];
  let bytes = 0;
  const add = (row: JsonObject) => {
    if (rows.length >= most.rows) return new TooMuch("rows");
    bytes += jsonSize(row, most.bytes);
    if (bytes > most.bytes) return new TooMuch("bytes");
    rows.push(row);
    return null;
  };
  return { rows, add };
}
