/** A statement of a handler: SQL that both databases take, with values as `@name`. One object a statement. */
export interface Statement {
  readonly text: string;
  /** Whether it gives rows. */
  readonly reads: boolean;
  /**
   * What becomes of its rows until the transaction ends, where others write too: `wait`: they wait for it; `skip`: those
   * that others have are left out. SQLite has one writer, so there it means nothing.
   */
  readonly locks: "wait" | "skip" | null;
}

/** What a handler asks its database to do: a statement with its values. */
export interface Said {
  readonly statement: Statement;
  readonly values: object;
}

/** What the database has done. */
export interface Done {
  readonly changes: number;
  readonly rows: readonly unknown[];
}

/**
 * What a handler does, as statements one after another. It knows no database: whoever has one says them inside a
 * transaction, at once (SQLite) or one by one over a network (Postgres).
 */
export type Saying<T> = Generator<Said, T, Done>;
