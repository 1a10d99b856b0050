import type { Json, JsonObject } from "../model/json.ts";
import type { SqlStatement } from "../model/sql-statement.ts";

/** A statement with its values, as a driver is asked. */
export interface Question {
  readonly statement: SqlStatement;
  /** In the order of the placeholders. */
  readonly values: readonly Json[];
  /** Rows, at most. */
  readonly most: number;
  readonly signal: AbortSignal;
}

/** A database at work: its connections. */
export interface Pool {
  /**
   * @throws {TooManyRows} beyond `most`
   * @throws the driver's error; whatever aborted the signal
   */
  ask(question: Question): Promise<readonly JsonObject[]>;
  /** Lets go of its connections, once no statement is under way. */
  close(): Promise<void>;
}

/** A statement gave more rows than are worked on in memory. */
export class TooManyRows extends Error {
  override readonly name = "TooManyRows";
}
