import type { Database } from "better-sqlite3";
import { expect } from "chai";
import { connect } from "../../src/store/connect.ts";
import { openLasting } from "../../src/store/lasting.js";
import { pageQuery } from "../../src/store/run-page.ts";
import { statements } from "../../src/store/handlers/index.js";
import { type SqlitePlace, sqlitePlace } from "../support/sqlite-place.ts";

const before = "0192d3c4-0000-7000-8000-000000000000";
const status = "failed";
const workflow = "notify";
const parent = before;
const error = "timeout";
const until = new Date("2026-02-03T04:05:06Z");

describe("the statements of the store", () => {
  let place: SqlitePlace;
  let database: Database;
  beforeEach(async () => {
    place = await sqlitePlace();
    await (await place.open()).close();
    database = openLasting(place.file);
  });
  afterEach(async () => {
    database.close();
    await place.remove();
  });

  it("that write never read through a table that grows: all that they look for has an index", () => {
    const plans = statements.map(({ text: sql }) => ({ sql, plan: planOf(sql) }));
    expect(plans).to.have.length.greaterThan(20);
    const scans = plans.filter(({ plan }) =>
      plan.some((line) => /^SCAN (runs|steps|notes|queue|deliveries)\b/.test(line)),
    );
    expect(scans).to.deep.equal([]);
  });

  it("that claim find the next runs in their order, without sorting", () => {
    const claiming = statements
      .map(({ text }) => text)
      .filter((sql) => /order by (ready_at|wake_at)/.test(sql));
    expect(claiming).to.have.length(3);
    for (const sql of claiming) {
      const plan = planOf(sql);
      expect(plan.join("\n"), sql).to.match(/INDEX queue_(ready_at_run|wake_at)_index/);
      expect(plan.join("\n"), sql).to.not.include("TEMP B-TREE");
    }
  });

  for (const [filters, found] of [
    [{}, "SCAN runs USING INDEX sqlite_autoindex_runs_1"],
    [{ before }, "SEARCH runs USING INDEX sqlite_autoindex_runs_1 (id<?)"],
    [{ status }, "SEARCH runs USING INDEX runs_status_id_index (status=?)"],
    [{ status, before }, "SEARCH runs USING INDEX runs_status_id_index (status=? AND id<?)"],
    [{ workflow }, "SEARCH runs USING INDEX runs_workflow_id_index (workflow=?)"],
    [{ workflow, before }, "SEARCH runs USING INDEX runs_workflow_id_index (workflow=? AND id<?)"],
    [
      { workflow, status },
      "SEARCH runs USING INDEX runs_workflow_status_id_index (workflow=? AND status=?)",
    ],
    [
      { workflow, status, before },
      "SEARCH runs USING INDEX runs_workflow_status_id_index (workflow=? AND status=? AND id<?)",
    ],
    [{ until }, "SEARCH runs USING INDEX sqlite_autoindex_runs_1 (id<?)"],
    [
      { workflow, status, until, before },
      "SEARCH runs USING INDEX runs_workflow_status_id_index (workflow=? AND status=? AND id<?)",
    ],
    [{ parent }, "SEARCH runs USING INDEX runs_parent_id_index (parent=?)"],
    [
      { parent, status, workflow, error, before },
      "SEARCH runs USING INDEX runs_parent_id_index (parent=? AND id<?)",
    ],
    [{ error }, "SCAN runs USING INDEX runs_with_error_index"],
    [{ error, before }, "SEARCH runs USING INDEX runs_with_error_index (id<?)"],
    [{ error, until }, "SEARCH runs USING INDEX runs_with_error_index (id<?)"],
    [{ error, status }, "SEARCH runs USING INDEX runs_status_id_index (status=?)"],
  ] as const) {
    const names = Object.keys(filters).join(", ") || "nothing";
    // The first plan walks an index in its order and ends at the limit: it needs no filter.
    it(`that list runs by ${names} walk an index on all of it, in order, and sort nothing`, async () => {
      const reading = connect(place.file, { readonly: true });
      const { sql } = pageQuery(reading, { ...filters, limit: 50 }, 51)
        .toSQL()
        .toNative();
      await reading.destroy();
      expect(planOf(sql)).to.deep.equal([found]);
    });
  }

  const planOf = (sql: string) =>
    database
      .prepare(`explain query plan ${sql.replaceAll(/@\w+|\?/g, "'1'")}`)
      .all()
      .map((row) => (row as { detail: string }).detail);
});
