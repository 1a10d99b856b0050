// @ts-check
import { write } from "./statement.js";

/** @import { Saying } from "../said.ts" */

/** @type {ReturnType<typeof write<{ hash: string, source: string | undefined }>>} */
const insert = write(
  "insert into definitions (hash, source) values (@hash, @source) on conflict do nothing",
);
/** @type {ReturnType<typeof write<{}>>} */
const prune = write(
  `delete from definitions
   where not exists (select 1 from runs where runs.definition = definitions.hash)
     and not exists (select 1 from intents where intents.definition = definitions.hash)`,
);

/** Workflows as they were written, by hash. */
export function definitionTable() {
  /**
   * Hashes of those that are stored.
   * @type {Set<string>}
   */
  const known = new Set();

  return {
    /**
     * @param {string} hash
     * @param {Readonly<Record<string, string>>} sources by hash
     * @returns {Saying<void>}
     */
    *keep(hash, sources) {
      if (known.has(hash)) return;
      yield* insert({ hash, source: sources[hash] });
      known.add(hash);
    },
    /**
     * Deletes those that nothing needs.
     * @returns {Saying<void>}
     */
    *prune() {
      if ((yield* prune({})) > 0) known.clear();
    },
    /** After a rollback nothing is known to be stored. */
    doubt: () => known.clear(),
  };
}

/** @typedef {ReturnType<typeof definitionTable>} DefinitionTable */
