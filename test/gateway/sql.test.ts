import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { readConfig } from "../../src/configuration.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { failureOf } from "../support/failure.ts";
import { inFolder } from "../config/parts.ts";

onBothStores("a workflow with sql steps", () => {
  let folder: string;
  let gateway: TestGateway;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sidehook-sql-"));
    gateway = await startTestGateway(workflow(join(folder, "orders.db")));
  });
  afterEach(async () => {
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("reads and writes a database of the configuration", async () => {
    const title = "x'); drop table orders; --";
    const path = "/orders:trigger?triggerWorkflows=count";
    await request(gateway.url).post(path).send({ title }).expect(200);
    const { body } = await request(gateway.url).post(path).send({ title }).expect(200);
    expect(body).to.deep.equal({ data: [{ title, n: 2 }] });
  });

  it("errs when its statement takes longer than the step's timeout", async () => {
    const path = "/orders:trigger?triggerWorkflows=endless";
    await request(gateway.url).post(path).send({}).expect(500);
    const [run] = await gateway.runs();
    expect(run?.steps[0]).to.deep.include({ status: "timed-out" });
  });
});

onBothStores("databases of a configuration", () => {
  it("that a step names and that are not there are problems with their place", async () => {
    const yaml = `upstream: { url: "http://127.0.0.1:3000" }
databases: { shop: { client: sqlite, connection: shop.db } }
workflows:
  a:
    trigger: { type: subflow }
    steps:
      - { type: sql, database: shopp, sql: "select \${{ trigger.data }}" }
      - { type: sql, database: shopp, sql: "select 1" }
`;
    const { problems } = await inFolder({ "gateway.yaml": yaml }, (file) =>
      failureOf(readConfig(file, {}), ConfigError),
    );
    expect(problems.map(({ line, col, message }) => `${line}:${col}: ${message}`)).to.deep.equal([
      '7:32: workflows.a.steps.0.database: there is no database "shopp"; did you mean "shop"?',
      "7:44: workflows.a.steps.0.sql: a value is never put into the text of a statement; write a placeholder, :name, and the value under params",
      '8:32: workflows.a.steps.1.database: there is no database "shopp"; did you mean "shop"?',
    ]);
  });
});

const workflow = (file: string) => `
identity: none
databases: { shop: { client: sqlite, connection: ${JSON.stringify(file)} } }
workflows:
  count:
    trigger: { type: custom-action, collection: orders, sync: true }
    steps:
      - { type: sql, database: shop, sql: create table if not exists orders (title text) }
      - type: sql
        database: shop
        sql: "insert into orders values (:title)"
        params: { title: "\${{ trigger.data.title }}" }
      - { id: counted, type: sql, database: shop, sql: "select title, count(*) as n from orders group by title" }
      - { type: output, value: "\${{ steps.counted }}" }
  endless:
    trigger: { type: custom-action, collection: orders, sync: true }
    steps:
      - type: sql
        database: shop
        timeout: 300ms
        sql: with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t
`;
