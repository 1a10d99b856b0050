import type { Knex } from "knex";

/**
 * Lanes: of the queued runs of one lane only so many are in the line or under way at a time, the others wait for the lane.
 * Runs without a lane pay nothing for them.
 */
export const lanes: Knex.Migration = {
  async up(knex) {
    await knex.schema.createTable("lanes", (table) => {
      table.text("lane").primary();
      table.integer("held").notNullable().comment("how many of its runs have a place");
    });
    await knex.schema.alterTable("queue", (table) => {
      table.text("lane").comment("null: it needs no place in one");
      table.integer("lane_limit").comment("how many places the lane has for it");
      table.index(["waits_for", "accepted_at", "run"], INDEX, {
        predicate: knex.whereNotNull("waits_for"),
      });
    });
  },
  async down(knex) {
    await knex.raw(`drop index ${INDEX}`);
    await knex.raw("alter table queue drop column lane");
    await knex.raw("alter table queue drop column lane_limit");
    await knex.schema.dropTable("lanes");
  },
};

const INDEX = "queue_lane_index";
