/** A statement of SQL, taken apart at its placeholders. */
export interface SqlStatement {
  /** The text before, between and behind the placeholders: one more than there are names. */
  readonly texts: readonly string[];
  /** The names of the placeholders, in order: `["id", "state", "id"]`. */
  readonly names: readonly string[];
}

/**
 * Finds the placeholders of a statement. What looks like one in a text, in a quoted name, in a comment or in a cast is not.
 *
 *     select * from t where id = :id and day = '12:30'::text → texts ["select * from t where id = ", " and day = '12:30'::text"]
 *                                                              names ["id"]
 */
export function sqlStatement(sql: string): SqlStatement {
  const texts: string[] = [];
  const names: string[] = [];
  let from = 0;
  for (const found of sql.matchAll(TOKENS)) {
    const name = found.groups?.["name"];
    if (name === undefined) continue;
    texts.push(sql.slice(from, found.index));
    names.push(name);
    from = found.index + found[0].length;
  }
  return { texts: [...texts, sql.slice(from)], names };
}

/** Texts, names, comments, texts of Postgres between dollars, casts; then placeholders. */
const TOKENS =
  /'[^']*'|"[^"]*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|(?<!\w)\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$|::|:(?<name>[A-Za-z_]\w*)/g;
