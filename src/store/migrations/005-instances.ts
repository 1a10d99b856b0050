import type { Knex } from "knex";

/** Which process has begun something: what one leaves behind whose lease is over is others'. Times are ISO 8601, UTC. */
export const instances: Knex.Migration = {
  async up(knex) {
    await knex.schema.createTable("instances", (table) => {
      table.text("id").primary();
      table.text("lease_until").notNullable();
    });
    for (const [table, what] of OWNED) {
      await knex.schema.alterTable(table, (columns) => {
        columns.text("instance").comment(what);
      });
    }
    await knex.schema.alterTable("queue", (table) => {
      table.index(["instance"], undefined, { predicate: knex.whereNotNull("instance") });
    });
    await knex("queue")
      .whereIn("run", knex("runs").select("id").where({ status: "running", sync: 0 }))
      .update({ instance: "" });
  },
  async down(knex) {
    await knex.raw("drop index queue_instance_index");
    for (const [table] of OWNED) await knex.raw(`alter table ${table} drop column instance`);
    await knex.schema.dropTable("instances");
  },
};

const OWNED = [
  ["runs", "that does it while a client waits"],
  ["queue", "whose claim it is; null: nobody's"],
  ["intents", "whose request it is"],
] as const;
