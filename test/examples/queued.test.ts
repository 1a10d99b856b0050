import { expect } from "chai";
import Database from "better-sqlite3";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import request from "supertest";
import { type Urls, run } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { type ExampleGateway, exampleFolder, runsAt, startExample } from "../support/example.ts";
import { type TestJsonServer, startJsonServer } from "../support/json-server.ts";
import { type TestMailServer, startMailServer } from "../support/mail-server.ts";
import { answerJson, startUpstream } from "../support/upstream.ts";

describe("The example", () => {
  let upstream: TestJsonServer;
  let gateway: ExampleGateway;
  const records = async (path: string) => (await fetch(upstream.url + path)).json();
  const order = (total: number) => request(gateway.url).post("/orders").send({ total });
  const expectOrder = (expected: object) =>
    eventually(async () => expect(await records("/orders/1")).to.include(expected));
  const startEnrichment = async (answers: readonly number[]) => {
    upstream = await startJsonServer({ companies: [], tasks: [] });
    const left = [...answers];
    const register = await startUpstream((_request, response) =>
      answerJson(response, left.length > 1 ? (left.shift() ?? 0) : (left[0] ?? 0), {
        name: "Ada Ltd",
        city: "Ulm",
      }),
    );
    gateway = await startExample("enrichment", {
      UPSTREAM_URL: upstream.url,
      REGISTER_URL: register.url,
      RETRY_DELAY: "1ms",
    });
    await request(gateway.url).post("/companies").send({ vat: "DE 1/2" }).expect(201);
    return register;
  };

  describe("approval-by-mail", () => {
    let mail: TestMailServer;
    const start = async (environment: Record<string, string> = {}) => {
      upstream = await startJsonServer({ orders: [] });
      mail = await startMailServer();
      gateway = await startExample("approval-by-mail", {
        UPSTREAM_URL: upstream.url,
        SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
        ...environment,
      });
    };
    /** The path of the link in the mail. */
    const link = async () => {
      await eventually(() => expect(mail.messages).to.have.length(1));
      const [message] = mail.messages;
      expect(message?.to).to.deep.equal(["boss@example.com"]);
      const text = (message?.raw ?? "").replace(/=\r\n/g, "");
      return /\/workflows:resume\/[\w.-]+/.exec(text)?.[0] ?? "";
    };
    afterEach(async () => {
      await gateway.stop();
      await upstream.stop();
      await mail.stop();
    });

    it("approves an order when the person says so; to open the page decides nothing", async () => {
      await start();
      await order(1500).expect(201);
      const path = await link();
      await eventually(async () => {
        const page = await request(gateway.url).get(path).expect(200);
        expect(page.text).to.include("Order 1 over 1500").and.include("reject");
      });
      expect(await records("/orders/1")).to.deep.equal({ id: 1, total: 1500 });
      await request(gateway.url).post(path).send({ choice: "approve" }).expect(200);
      await expectOrder({ status: "approved", decidedBy: "link" });
      await request(gateway.url).post(path).send({ choice: "reject" }).expect(409);
    });

    it("rejects an order when the time is over", async () => {
      await start({ APPROVE_WITHIN: "1s" });
      await order(1500).expect(201);
      await expectOrder({ status: "rejected", decidedBy: "deadline" });
    });

    it("approves a small order at once, without a mail", async () => {
      await start();
      await order(15).expect(201);
      await expectOrder({ status: "approved" });
      expect(mail.messages).to.deep.equal([]);
    });
  });

  describe("nightly-report", () => {
    it("mails yesterday's sales, and has its next times in Berlin", async () => {
      const folder = await mkdtemp(join(tmpdir(), "sidehook-"));
      const file = join(folder, "shop.db");
      const shop = new Database(file);
      shop.exec("create table orders (day text, product text, total real)");
      const insert = shop.prepare("insert into orders values (?, ?, ?)");
      insert.run("2026-03-02", "tea", 4);
      insert.run("2026-03-02", "tea", 5);
      insert.run("2026-03-02", "bread", 3);
      insert.run("2026-03-03", "tea", 100);
      shop.close();
      const mail = await startMailServer();
      gateway = await startExample("nightly-report", {
        SHOP_DB: file,
        SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
      });
      try {
        await request(gateway.adminUrl)
          .post("/workflows/nightly-report/run")
          .send({ context: { scheduledAt: "2026-03-03T02:00:00Z" } })
          .expect(201);
        await eventually(() => expect(mail.messages).to.have.length(1));
        const [message] = mail.messages;
        expect(message?.headers["subject"]).to.equal("2 products sold on 2026-03-02");
        expect(message?.raw).to.include("tea: 2 orders, 9").and.include("bread: 1 orders, 3");
      } finally {
        await gateway.stop();
        await mail.stop();
        await rm(folder, { recursive: true });
      }
    });
  });

  describe("enrichment", () => {
    afterEach(async () => {
      await gateway.stop();
      await upstream.stop();
    });

    it("asks the register again while it fails, and then fills the company in", async () => {
      const register = await startEnrichment([503, 500, 200]);
      await eventually(async () =>
        expect(await records("/companies/1")).to.include({ name: "Ada Ltd", city: "Ulm" }),
      );
      expect(register.lines()).to.deep.equal(Array(3).fill("GET /companies/DE%201%2F2"));
      expect(await records("/tasks")).to.deep.equal([]);
      await register.stop();
    });

    it("makes one task for a person when it fails for good", async () => {
      const register = await startEnrichment([500]);
      await eventually(async () => {
        const tasks = (await records("/tasks")) as object[];
        expect(tasks).to.have.length(1);
        expect(tasks[0]).to.include({ title: "Company 1 could not be looked up" });
      });
      expect(register.asked).to.have.length(4);
      await register.stop();
    });
  });

  describe("sign-in-then-call", function () {
    this.timeout(120_000); // processes start slowly on a busy machine

    it("calls with the token of before a crash, under the same key, and shows the token to nobody", async () => {
      upstream = await startJsonServer({ customers: [] });
      let isUp = false;
      const crm = await startUpstream((asked, response) => {
        if (asked.url === "/oauth/token")
          answerJson(response, 200, { access_token: "s3cr3t-t0ken" });
        else if (isUp) answerJson(response, 201, {});
        // Until then it says nothing: the gateway is killed while it waits.
      });
      const { path, file, remove } = await exampleFolder("sign-in-then-call");
      const env = {
        UPSTREAM_URL: upstream.url,
        CRM_URL: crm.url,
        CRM_HOST: `127.0.0.1:${crm.port}`,
        CRM_CLIENT_ID: "shop",
        CRM_CLIENT_SECRET: "client-s3cr3t",
      };
      const start = () =>
        run<Urls>("bin/sidehook.js", ["start", "--config", file], { env, cwd: path });
      const first = start();
      const { url } = await first.serving;
      await request(url).post("/customers").send({ email: "ada@example.com" }).expect(201);
      await eventually(() =>
        expect(crm.lines()).to.deep.equal(["POST /oauth/token", "POST /contacts"]),
      );
      first.process.kill("SIGKILL");
      await first.ended;

      isUp = true;
      const second = start();
      const { adminUrl } = await second.serving;
      await eventually(async () => {
        expect((await runsAt(adminUrl)).map(({ status }) => status)).to.deep.equal(["succeeded"]);
      });
      const history = JSON.stringify(await runsAt(adminUrl));
      expect(history).to.not.include("s3cr3t-t0ken").and.not.include("client-s3cr3t");
      second.process.kill("SIGTERM");
      await second.ended;

      const calls = crm.asked.filter((asked) => asked.url === "/contacts");
      expect(crm.lines()).to.deep.equal(["POST /oauth/token", "POST /contacts", "POST /contacts"]);
      const header = (name: string) =>
        calls.map(
          ({ headers }) => headers[headers.findIndex((word) => word.toLowerCase() === name) + 1],
        );
      expect(header("authorization")).to.deep.equal(Array(2).fill("Bearer s3cr3t-t0ken"));
      expect(new Set(header("idempotency-key")).size).to.equal(1);
      await crm.stop();
      await upstream.stop();
      await remove();
    });
  });
});
