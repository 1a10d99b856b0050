import type { Knex } from "knex";

/** Queued runs that begin only when no other of their key has come for a while. */
export const debounce: Knex.Migration = {
  async up(knex) {
    await knex.schema.alterTable("queue", (table) => {
      table.text("debounce").comment("its key; null: it begins at once");
      table.index(["debounce"], INDEX, { predicate: knex.whereNotNull("debounce") });
    });
  },
  async down(knex) {
    await knex.raw(`drop index ${INDEX}`);
    await knex.raw("alter table queue drop column debounce");
  },
};

const INDEX = "queue_debounce_index";
