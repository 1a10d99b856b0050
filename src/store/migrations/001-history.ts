import type { Knex } from "knex";

/**
 * Runs, their steps, and the definitions they ran with. Times are ISO 8601, UTC; what has no comment and may be long is JSON.
 * Long columns stand last, so that a list need not read past them.
 */
export const history: Knex.Migration = {
  async up(knex) {
    await knex.schema.createTable("definitions", (table) => {
      table.text("hash").primary().comment("SHA-256 of source, hex");
      table.text("source").notNullable().comment("a workflow as it was written, JSON");
    });
    await knex.schema.createTable("runs", (table) => {
      table.text("id").primary().comment("UUIDv7, so that ids sort by time");
      table.text("workflow").notNullable();
      table.text("definition").notNullable().references("definitions.hash");
      table.text("trigger_type").notNullable();
      table.text("status").notNullable();
      table.smallint("sync").notNullable().comment("1: a client waited for it");
      table.text("parent");
      table.text("replay_of");
      table.text("request_id");
      table.text("trace_id");
      table.text("started_at").notNullable();
      table.text("finished_at");
      table.text("messages").notNullable();
      table.text("error").comment("a StepFailure");
      table.text("output").notNullable();
      table.text("context").notNullable().comment("what `trigger` was");
      table.index(["workflow", "id"]);
      table.index(["status", "id"]);
      table.index(["workflow", "status", "id"]);
      table.index(["status", "finished_at"]);
      table.index(["definition"]);
    });
    await knex.schema.createTable("steps", (table) => {
      table.text("run").notNullable().references("runs.id").onDelete("CASCADE");
      table.integer("place").notNullable().comment("from 0, in the order in which they ended");
      table.text("path").notNullable();
      table.integer("attempt").notNullable();
      table.text("id");
      table.text("type").notNullable();
      table.text("status").notNullable();
      table.text("started_at").notNullable();
      table.double("duration_ms").notNullable();
      table.text("error").comment("a StepFailure");
      table.text("input").notNullable();
      table.text("result").notNullable();
      table.primary(["run", "place"]);
    });
  },
  async down(knex) {
    await knex.schema.dropTable("steps");
    await knex.schema.dropTable("runs");
    await knex.schema.dropTable("definitions");
  },
};
