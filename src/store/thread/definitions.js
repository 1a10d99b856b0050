// @ts-check
/**
 * Workflows as they were written, by hash.
 * @param {import("better-sqlite3").Database} database
 */
export function definitionTable(database) {
  const insert = database.prepare(
    "insert into definitions (hash, source) values (?, ?) on conflict do nothing",
  );
  const prune = database.prepare(
    `delete from definitions
     where not exists (select 1 from runs where runs.definition = definitions.hash)
       and not exists (select 1 from intents where intents.definition = definitions.hash)`,
  );
  /**
   * Hashes of those that are in the file.
   * @type {Set<string>}
   */
  const known = new Set();

  return {
    /**
     * @param {string} hash
     * @param {Readonly<Record<string, string>>} sources by hash
     */
    keep(hash, sources) {
      if (!known.has(hash)) insert.run(hash, sources[hash]);
      known.add(hash);
    },
    /** Deletes those that nothing needs. */
    prune() {
      if (prune.run().changes > 0) known.clear();
    },
    /** After a rollback nothing is known to be stored. */
    doubt: () => known.clear(),
  };
}

/** @typedef {ReturnType<typeof definitionTable>} DefinitionTable */
