import type { Knex } from "knex";

/** What is left of rates, where several instances count together. */
export const rates: Knex.Migration = {
  async up(knex) {
    await knex.schema.createTable("rates", (table) => {
      table.text("key").primary().comment("workflow and SHA-256 of its key");
      table.double("full_at").notNullable().index().comment("milliseconds: when all of it is left");
    });
  },
  async down(knex) {
    await knex.schema.dropTable("rates");
  },
};
