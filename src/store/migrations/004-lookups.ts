import type { Knex } from "knex";

/** Indexes of the few runs that a parent run started, and of those that have an error. Other runs pay nothing for them. */
export const lookups: Knex.Migration = {
  async up(knex) {
    await knex.schema.alterTable("runs", (table) => {
      for (const [columns, name, present] of INDEXES) {
        table.index([...columns], name, { predicate: knex.whereNotNull(present) });
      }
    });
  },
  async down(knex) {
    for (const [, name] of INDEXES) await knex.raw(`drop index ${name}`);
  },
};

const INDEXES = [
  [["parent", "id"], "runs_parent_id_index", "parent"],
  [["id"], "runs_with_error_index", "error"],
] as const;
