import type { Knex } from "knex";

/** What each instance serves, so that others can tell when it is something else than they do. */
export const configurations: Knex.Migration = {
  async up(knex) {
    await knex.schema.alterTable("instances", (table) => {
      table.text("process").comment("host/pid, for people; null: it serves nothing");
      table.text("configuration").comment("the hash of what it serves");
    });
  },
  async down(knex) {
    await knex.raw("alter table instances drop column process");
    await knex.raw("alter table instances drop column configuration");
  },
};
