import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type OpenedDatabases, openDatabases } from "../../src/databases/databases.ts";
import type { DatabaseConfig } from "../../src/model/databases.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { sqlStatement } from "../../src/model/sql-statement.ts";
import { StepError } from "../../src/model/step-error.ts";
import { failureOf } from "../support/failure.ts";
import { type TestPostgres, testPostgres } from "../support/postgres.ts";

/** What differs between drivers where a test needs it. */
interface Dialect {
  readonly name: string;
  readonly config: () => Promise<DatabaseConfig>;
  readonly blob: string;
  /** A statement that ends by itself only after very long. */
  readonly endless: string;
}

const MOST = { rows: 100, bytes: 100_000 };

let folder: string;
let postgres: TestPostgres | null = null;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidehook-sql-"));
});
after(() => rm(folder, { recursive: true, force: true }));

let files = 0;
const sqlite: Dialect = {
  name: "SQLite",
  config: () =>
    Promise.resolve({ client: "sqlite", connection: { filename: join(folder, `${++files}.db`) } }),
  blob: "blob",
  endless:
    "with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) as n from t",
};
const pg: Dialect = {
  name: "Postgres",
  config: async () => ({ client: "pg", connection: (await postgres?.newDatabase()) ?? "" }),
  blob: "bytea",
  endless: "select pg_sleep(3600)",
};

for (const { name, config, blob, endless } of [sqlite, pg]) {
  describe(`a database of ${name}`, () => {
    let databases: OpenedDatabases;
    let own: DatabaseConfig;

    before(async function () {
      if (name !== "Postgres") return;
      this.timeout(60_000);
      postgres = await testPostgres();
      if (postgres === null) this.skip();
    });
    beforeEach(async () => {
      own = await config();
      databases = openDatabases({ shop: own }, MOST);
    });
    afterEach(() => databases.close(0));

    const ask = (sql: string, params: JsonObject = {}, signal = new AbortController().signal) =>
      databases.query("shop", sqlStatement(sql), params, signal);

    it("gives the rows that were written, integers exact, and bytes as base64", async () => {
      expect(await ask(`create table t (id bigint, title text, b ${blob})`)).to.deep.equal([]);
      const row = { id: 50755254975729665n, title: "it's" };
      await ask("insert into t (id, title, b) values (:id, :title, null)", row);
      expect(await ask("select * from t where id = :id", { id: row.id })).to.deep.equal([
        { ...row, b: null },
      ]);
      const literal = blob === "blob" ? "x'00ff'" : "'\\x00ff'::bytea";
      expect(await ask(`select ${literal} as b`)).to.deep.equal([{ b: "AP8=" }]);
    });

    it("takes a value as a value, never as SQL (SQL injection)", async () => {
      await ask("create table t (title text)");
      const title = "x'); drop table t; --";
      await ask("insert into t values (:title)", { title });
      expect(await ask("select title from t where title = :title", { title })).to.deep.equal([
        { title },
      ]);
    });

    it("does one statement only, also without placeholders", async () => {
      const error = await failureOf(ask("select 1 as a; select 2 as b"), StepError);
      expect(error).to.have.property("code", "SQL_FAILED");
    });

    it("errs with the database's own words, which is not tried again", async () => {
      const error = await failureOf(ask("select * from missing"), StepError);
      expect(error).to.deep.include({ code: "SQL_FAILED", retryable: false });
      expect(error.message).to.match(/^The database shop: .*missing/);
    });

    it("errs over limits.rows, and can be asked again", async () => {
      const rows =
        "with recursive t(n) as (select 1 union all select n + 1 from t where n < 1000) select n from t";
      expect(await failureOf(ask(rows), StepError)).to.have.property("code", "TOO_MANY_ROWS");
      expect(await ask("select :n as n", { n: "1" })).to.deep.equal([{ n: "1" }]);
      expect(await ask(`${rows} limit 100`)).to.have.length(100);
    });

    it("errs over limits.result before all rows are there, and can be asked again (huge values)", async () => {
      const rows =
        "with recursive t(n) as (select 1 union all select n + 1 from t where n < 90) select :text as text from t";
      const large = ask(rows, { text: "é".repeat(2_000) });
      expect(await failureOf(large, StepError)).to.include({
        code: "RESULT_TOO_LARGE",
        retryable: false,
      });
      expect(await ask(rows, { text: "é".repeat(1_000) })).to.have.length(90);
    });

    it("ends a statement in the database when its step is over, and can be asked again", async () => {
      const over = new AbortController();
      const reason = new Error("the step is over");
      const asked = ask(endless, {}, over.signal);
      // Behind it in the queue of SQLite; beside it in Postgres.
      const next = ask("select 1 as n");
      if (name === "Postgres") await next;
      over.abort(reason);
      expect(await failureOf(asked, Error)).to.equal(reason);
      expect(await next).to.deep.equal([{ n: 1 }]);
      if (name !== "Postgres") return;
      const running =
        "select count(*) as n from pg_stat_activity where datname = current_database() and query like '%pg_sleep(%' and state = 'active' and pid <> pg_backend_pid()";
      let rows = await ask(running);
      while (rows[0]?.["n"] !== 0) rows = await ask(running);
    });

    it("does not wait for a statement longer than it may when it is closed", async () => {
      const asked = failureOf(ask(endless), StepError);
      await databases.close(10);
      expect(await asked).to.have.property("code", "SQL_FAILED");
    });

    it("is let go of when it is closed, and is asked nothing afterwards", async () => {
      await ask("select 1 as n");
      await databases.close(0);
      expect(await failureOf(ask("select 1 as n"), StepError)).to.have.property(
        "code",
        "SQL_FAILED",
      );
    });
  });
}

describe("a database of Postgres", () => {
  let databases: OpenedDatabases;
  before(async function () {
    this.timeout(60_000);
    postgres = await testPostgres();
    if (postgres === null) this.skip();
    databases = openDatabases({ shop: await pg.config() }, MOST);
  });
  after(() => databases?.close(0));

  it("gives times as RFC 3339, decimals as numbers and JSON as what it says", async () => {
    const sql = `select timestamptz '2026-03-01 12:30:00+01' as at, timestamp '2026-03-01 12:30:00' as local,
      date '2026-03-01' as day, 10.50::numeric as price, '{"id":50755254975729665}'::jsonb as data, 'NaN'::float8 as none`;
    const signal = new AbortController().signal;
    expect(await databases.query("shop", sqlStatement(sql), {}, signal)).to.deep.equal([
      {
        at: "2026-03-01T11:30:00.000Z",
        local: "2026-03-01T12:30:00",
        day: "2026-03-01",
        price: 10.5,
        data: { id: 50755254975729665n },
        none: null,
      },
    ]);
  });

  it("takes a list as a list", async () => {
    const statement = sqlStatement("select 2 = any(:ids::int[]) as found");
    const signal = new AbortController().signal;
    expect(await databases.query("shop", statement, { ids: [1, 2] }, signal)).to.deep.equal([
      { found: true },
    ]);
  });
});

/** A server of MySQL or MariaDB, whose user may create tables in the database that the URL names. The package `mysql2` must be there. */
const mysql = process.env["SIDEHOOK_TEST_MYSQL"];

describe("a database of MySQL", () => {
  let databases: OpenedDatabases;
  const ask = (sql: string, params: JsonObject = {}, signal = new AbortController().signal) =>
    databases.query("shop", sqlStatement(sql), params, signal);
  before(() => {
    if (mysql !== undefined)
      databases = openDatabases({ shop: { client: "mysql2", connection: mysql } }, MOST);
  });
  after(() => databases?.close(0));

  it("gives integers and JSON exact, times as RFC 3339, bytes as base64; a value is never SQL", async function () {
    if (mysql === undefined) this.skip();
    await ask("drop table if exists sidehook_test");
    await ask(
      "create table sidehook_test (id bigint, price decimal(20,2), at datetime, b varbinary(5), j json, s text)",
    );
    const row = { id: 50755254975729665n, s: "x'); drop table sidehook_test; --", j: { a: [1] } };
    await ask(
      "insert into sidehook_test values (:id, 10.50, '2026-03-01 12:30:00', x'00ff', :j, :s)",
      row,
    );
    expect(await ask("select * from sidehook_test where id = :id", { id: row.id })).to.deep.equal([
      { ...row, price: 10.5, at: "2026-03-01T12:30:00", b: "AP8=" },
    ]);
    await ask("drop table sidehook_test");
  });

  it("ends a statement in the database when its step is over", async function () {
    if (mysql === undefined) this.skip();
    const reason = new Error("the step is over");
    expect(
      await failureOf(ask("select sleep(3600)", {}, AbortSignal.abort(reason)), Error),
    ).to.equal(reason);
    const over = new AbortController();
    const asked = failureOf(ask("select sleep(3600)", {}, over.signal), Error);
    const sleeping =
      "select count(*) as n from information_schema.processlist where info like 'select sleep(%'";
    while ((await ask(sleeping))[0]?.["n"] !== 1);
    over.abort(reason);
    expect(await asked).to.equal(reason);
    while ((await ask(sleeping))[0]?.["n"] !== 0);
  });
});

describe("databases", () => {
  it("that can't be reached err without the password, and may be tried again", async () => {
    const connection = "postgres://sidehook:hunter22@127.0.0.1:1/shop";
    const databases = openDatabases({ shop: { client: "pg", connection } }, MOST);
    const signal = new AbortController().signal;
    const call = databases.query("shop", sqlStatement("select 1"), {}, signal);
    const error = await failureOf(call, StepError);
    await databases.close(0);
    expect(error).to.deep.include({ code: "SQL_FAILED", retryable: true });
    expect(JSON.stringify([error, error.message, error.cause])).not.to.contain("hunter22");
  });

  it("of MySQL name the package that is to be installed, where it is not", async () => {
    const connection = "mysql://sidehook:hunter22@127.0.0.1:1/shop";
    const databases = openDatabases({ shop: { client: "mysql2", connection } }, MOST);
    const signal = new AbortController().signal;
    const call = databases.query("shop", sqlStatement("select 1"), {}, signal);
    const error = await failureOf(call, StepError);
    await databases.close(0);
    expect(error).to.deep.include({ code: "NO_DRIVER", retryable: false });
    expect(error.message).to.contain("npm install mysql2");
  });
});
