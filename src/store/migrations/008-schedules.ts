import type { Knex } from "knex";

/** How far each schedule has come, so that each of its times is one run. Times are ISO 8601, UTC. */
export const schedules: Knex.Migration = {
  async up(knex) {
    await knex.schema.createTable("schedules", (table) => {
      table.text("workflow").primary();
      table.text("rule").notNullable().comment("when it comes; empty: it is not in force");
      table.text("last_at").notNullable().comment("all times up to this one are dealt with");
    });
  },
  async down(knex) {
    await knex.schema.dropTable("schedules");
  },
};
