import type { Knex } from "knex";

/**
 * The tables of queued runs, which no client waits for. Only runs that have not ended have rows in `queue` and `notes`, so
 * that queries of these tables don't slow down as the history grows. Times are ISO 8601, UTC.
 */
export const queue: Knex.Migration = {
  async up(knex) {
    await knex.schema.alterTable("runs", (table) => {
      const attempt = table.integer("attempt").notNullable().defaultTo(0);
      attempt.comment("how often a process died over it");
      table.text("replayed_as").comment("the run that was made of it, once it was unconfirmed");
    });
    await knex.schema.alterTable("steps", (table) => {
      table.text("effects").comment("StepEffects");
    });
    await knex.schema.createTable("queue", (table) => {
      table.text("run").primary().references("runs.id").onDelete("CASCADE");
      const fence = table.integer("fence").notNullable();
      fence.comment("raised with each claim; what an older claim writes is not taken");
      table.text("accepted_at").notNullable();
      table.text("ready_at").comment("its place in the line; null while it runs or waits");
      table.text("wake_at").comment("when it can go on; null while it waits for no time");
      table.text("waits_for").comment("the run that it waits for");
      table.integer("depth").notNullable();
      table.text("traceparent");
      for (const [name, more] of LINES) {
        table.index([name, ...more], undefined, { predicate: knex.whereNotNull(name) });
      }
    });
    await knex.schema.createTable("notes", (table) => {
      table.text("run").notNullable().references("runs.id").onDelete("CASCADE");
      table.text("path").notNullable().comment("of the step that made it");
      table.text("name").notNullable().comment("what of it: until, case");
      table.text("value").notNullable().comment("JSON");
      table.primary(["run", "path", "name"]);
    });
    await knex.schema.createTable("intents", (table) => {
      table.text("run").primary().comment("the id that the run will have");
      table.text("intent").notNullable().index().comment("of the action, one for all its runs");
      table.text("workflow").notNullable();
      table.text("definition").notNullable().references("definitions.hash").index();
      table.text("trigger_type").notNullable();
      table.text("parent");
      table.text("request_id");
      table.text("trace_id");
      table.text("accepted_at").notNullable();
      table.text("context").notNullable().comment("what `trigger` will be, as far as it is known");
    });
    await knex.schema.createTable("deliveries", (table) => {
      table.text("workflow").notNullable();
      table.text("digest").notNullable().comment("SHA-256 of the delivery's key, hex");
      table.text("until").notNullable().index().comment("forgotten after it");
      table.text("answer").notNullable().comment("a WorkflowResponse");
      table.primary(["workflow", "digest"]);
    });
  },
  async down(knex) {
    for (const table of ["deliveries", "intents", "notes", "queue"]) {
      await knex.schema.dropTable(table);
    }
    // In place: knex would copy the whole history into new tables.
    await knex.raw("alter table steps drop column effects");
    await knex.raw("alter table runs drop column replayed_as");
    await knex.raw("alter table runs drop column attempt");
  },
};

/** Indexes of the queue, over the few runs that have a value. */
const LINES = [
  ["ready_at", ["run"]],
  ["wake_at", []],
  ["waits_for", []],
] as const;
