import type { Database } from "better-sqlite3";
import { expect } from "chai";
import { openLasting } from "../../src/store/lasting.js";
import { definitionTable } from "../../src/store/thread/definitions.js";
import { deliveryJobs } from "../../src/store/thread/deliveries.js";
import { historyJobs } from "../../src/store/thread/history.js";
import { maintenanceJobs } from "../../src/store/thread/maintenance.js";
import { intentTable } from "../../src/store/thread/intents.js";
import { operatorJobs } from "../../src/store/thread/operations.js";
import { queueJobs, queueTable } from "../../src/store/thread/queue.js";
import { type SqlitePlace, sqlitePlace } from "../support/sqlite-place.ts";

describe("the writer's statements", () => {
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

  it("never read through a table that grows: all that they look for has an index", () => {
    const plans = statements().map((sql) => ({ sql, plan: planOf(sql) }));
    expect(plans).to.have.length.greaterThan(20);
    const scans = plans.filter(({ plan }) =>
      plan.some((line) => /^SCAN (runs|steps|notes|queue|deliveries)\b/.test(line)),
    );
    expect(scans).to.deep.equal([]);
  });

  it("find the next runs in their order, without sorting", () => {
    const claiming = statements().filter((sql) => /order by (ready_at|wake_at)/.test(sql));
    expect(claiming).to.have.length(2);
    for (const sql of claiming) {
      const plan = planOf(sql);
      expect(plan.join("\n"), sql).to.match(/INDEX queue_(ready_at_run|wake_at)_index/);
      expect(plan.join("\n"), sql).to.not.include("TEMP B-TREE");
    }
  });

  /** All that is prepared. */
  const statements = () => {
    const seen: string[] = [];
    const listening = new Proxy(database, {
      get(target, name) {
        if (name !== "prepare") return Reflect.get(target, name, target) as unknown;
        return (sql: string) => {
          seen.push(sql);
          return target.prepare(sql);
        };
      },
    });
    const definitions = definitionTable(listening);
    const queue = queueTable(listening, definitions);
    const intents = intentTable(listening, definitions);
    historyJobs(listening, definitions);
    queueJobs(listening, queue, intents);
    deliveryJobs(listening, queue);
    operatorJobs(listening, queue);
    maintenanceJobs(listening, definitions, intents);
    return seen;
  };

  const planOf = (sql: string) =>
    database
      .prepare(`explain query plan ${sql.replaceAll(/@\w+|\?/g, "'1'")}`)
      .all()
      .map((row) => (row as { detail: string }).detail);
});
