import type { Knex } from "knex";

/**
 * What queued runs still need of what the history shows redacted. A row goes with the run's row in `queue`, so none outlives
 * the run.
 */
export const sealed: Knex.Migration = {
  async up(knex) {
    await knex.schema.createTable("sealed", (table) => {
      table.text("run").notNullable().references("queue.run").onDelete("CASCADE");
      table.text("part").notNullable().comment("trigger, step 3, note pay until, output 0192…");
      table.integer("place").comment("of a step");
      table.text("text").notNullable().comment("see src/store/seal.ts");
      table.primary(["run", "part"]);
    });
    await knex.schema.alterTable("deliveries", (table) => {
      table.text("sealed").comment("the answer with its secrets, where it has some");
    });
  },
  async down(knex) {
    await knex.raw("alter table deliveries drop column sealed");
    await knex.schema.dropTable("sealed");
  },
};
