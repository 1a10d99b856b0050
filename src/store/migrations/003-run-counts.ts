import type { Knex } from "knex";

/**
 * How many runs each workflow has of each status. The table's own triggers keep the numbers, in the transaction of whatever
 * adds, changes or deletes a run, so no statement can forget them. A number may be 0.
 */
export const runCounts: Knex.Migration = {
  async up(knex) {
    for (const statement of isPostgres(knex) ? POSTGRES : SQLITE) await knex.raw(statement);
  },
  async down(knex) {
    for (const statement of isPostgres(knex) ? POSTGRES_DOWN : SQLITE_DOWN) {
      await knex.raw(statement);
    }
  },
};

const isPostgres = (knex: Knex): boolean => knex.client.config.client === "pg";

const ONE_MORE = `insert into run_counts (workflow, status, runs) values (new.workflow, new.status, 1)
  on conflict do update set runs = runs + 1;`;

const ONE_LESS =
  "update run_counts set runs = runs - 1 where workflow = old.workflow and status = old.status;";

const SQLITE = [
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

const SQLITE_DOWN = [
  "drop trigger run_deleted",
  "drop trigger run_changed",
  "drop trigger run_added",
  "drop table run_counts",
];

/** Transactions that run side by side would wait for a number's row, so changes are only added; each sweep sums them up. */
const POSTGRES = [
  `create table run_count_sums (
     workflow text not null,
     status text not null,
     runs bigint not null,
     primary key (workflow, status)
   )`,
  "create table run_count_changes (workflow text not null, status text not null, change integer not null)",
  `create view run_counts as
     select workflow, status, sum(runs)::integer as runs from (
       select workflow, status, runs from run_count_sums
       union all select workflow, status, change from run_count_changes
     ) as numbers group by workflow, status`,
  `create function run_counted() returns trigger language plpgsql as $$
   begin
     if tg_op <> 'INSERT' then
       insert into run_count_changes values (old.workflow, old.status, -1);
     end if;
     if tg_op <> 'DELETE' then
       insert into run_count_changes values (new.workflow, new.status, 1);
     end if;
     return null;
   end $$`,
  `create trigger run_added_or_deleted after insert or delete on runs
   for each row execute function run_counted()`,
  `create trigger run_changed after update of workflow, status on runs for each row
   when ((old.workflow, old.status) is distinct from (new.workflow, new.status))
   execute function run_counted()`,
];

const POSTGRES_DOWN = [
  "drop trigger run_changed on runs",
  "drop trigger run_added_or_deleted on runs",
  "drop function run_counted",
  "drop view run_counts",
  "drop table run_count_changes",
  "drop table run_count_sums",
];
