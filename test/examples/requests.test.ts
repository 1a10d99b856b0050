import { expect } from "chai";
import { SignJWT } from "jose";
import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import request from "supertest";
import { eventually } from "../support/eventually.ts";
import { type ExampleGateway, startExample } from "../support/example.ts";
import { type TestJsonServer, startJsonServer } from "../support/json-server.ts";

describe("The example", () => {
  let upstream: TestJsonServer;
  let gateway: ExampleGateway;
  const records = async (path: string) => (await fetch(upstream.url + path)).json();
  afterEach(async () => {
    await gateway.stop();
    await upstream.stop();
  });

  describe("json-schema-check", () => {
    it("answers 400 with a message for each thing that is wrong, as its README says", async () => {
      upstream = await startJsonServer({ posts: [] });
      gateway = await startExample("json-schema-check", { UPSTREAM_URL: upstream.url });
      const readme = await readFile(join(gateway.folder, "README.md"), "utf8");
      await request(gateway.url)
        .post("/posts")
        .send({ tags: ["News"], colour: "red" })
        .expect(400, JSON.parse(/^\{.*\}$/m.exec(readme)?.[0] ?? ""));
      expect(await records("/posts")).to.deep.equal([]);
    });
  });

  describe("payment-webhook", () => {
    const secret = "whsec_test-of-the-example";
    const deliver = (body: object, key = secret) => {
      const text = JSON.stringify(body);
      const time = Math.floor(Date.now() / 1_000);
      const signature = createHmac("sha256", key).update(`${time}.${text}`).digest("hex");
      return request(gateway.url)
        .post("/webhook:trigger/payments")
        .set("content-type", "application/json")
        .set("stripe-signature", `t=${time},v1=${signature}`)
        .send(text);
    };
    beforeEach(async () => {
      upstream = await startJsonServer({ orders: [{ id: 1, status: "open" }] });
      gateway = await startExample("payment-webhook", {
        UPSTREAM_URL: upstream.url,
        STRIPE_SECRET: secret,
      });
    });

    it("marks an order as paid, once for an event that is delivered twice", async () => {
      await deliver(event("payment_intent.succeeded")).expect(200);
      await deliver(event("payment_intent.succeeded")).expect(200);
      await eventually(async () =>
        expect(await records("/orders/1")).to.include({ status: "paid", paid: 950 }),
      );
      expect(await gateway.runs()).to.have.length(1);
    });

    it("takes no event that somebody else has signed, and changes nothing for other events", async () => {
      await deliver(event("payment_intent.succeeded"), "whsec_forged").expect(401);
      await deliver(event("payment_intent.created")).expect(200);
      await eventually(async () =>
        expect((await gateway.runs()).map(({ status }) => status)).to.deep.equal(["succeeded"]),
      );
      expect(await records("/orders/1")).to.deep.equal({ id: 1, status: "open" });
    });
  });

  describe("stock", () => {
    it("sells 20 of 50 orders that come at once from a stock of 20, and none below zero", async () => {
      upstream = await startJsonServer({ products: [{ id: 1, stock: 20 }], orders: [] });
      gateway = await startExample("stock", { UPSTREAM_URL: upstream.url });
      const order = () => request(gateway.url).post("/orders").send({ productId: 1, quantity: 1 });
      await Promise.all(Array.from({ length: 50 }, () => order().expect(201)));
      await eventually(async () => {
        const all = (await records("/orders")) as { status?: string }[];
        expect(all.filter(({ status }) => status === "confirmed")).to.have.length(20);
        expect(all.filter(({ status }) => status === "sold out")).to.have.length(30);
      });
      expect(await records("/products/1")).to.deep.equal({ id: 1, stock: 0 });
    });
  });

  describe("csv-import", () => {
    const secret = "0123456789abcdef0123456789abcdef";
    const token = (role: string) =>
      new SignJWT({ roles: [role] })
        .setProtectedHeader({ alg: "HS256" })
        .setExpirationTime("1h")
        .sign(new TextEncoder().encode(secret));
    const send = async (csv: string, role = "editor") =>
      request(gateway.url)
        .post("/workflows:trigger?triggerWorkflows=import-products")
        .set("authorization", `Bearer ${await token(role)}`)
        .send({ csv });
    beforeEach(async () => {
      upstream = await startJsonServer({ products: [] });
      gateway = await startExample("csv-import", {
        UPSTREAM_URL: upstream.url,
        JWT_SECRET: secret,
      });
    });

    it("makes a record of each row", async () => {
      const { status, body } = await send("sku,price\r\nA1,9.50\n\n B2 , 12\n");
      expect([status, body]).to.deep.equal([200, { data: { created: 2 } }]);
      expect(await records("/products")).to.deep.equal([
        { id: 1, sku: "A1", price: 9.5 },
        { id: 2, sku: "B2", price: 12 },
      ]);
    });

    it("makes none where a row is wrong, or for a caller of another role", async () => {
      const wrong = await send("sku,price\nA1,9.50\nB2,cheap");
      expect([wrong.status, wrong.body]).to.deep.equal([
        400,
        { errors: [{ message: "1 of 2 rows are wrong; the first is B2" }] },
      ]);
      expect((await send("sku,price\nA1,9.50", "reader")).status).to.equal(403);
      expect(await records("/products")).to.deep.equal([]);
    });
  });
});

const event = (type: string) => ({
  id: "evt_1",
  type,
  data: { object: { amount: 950, metadata: { order: 1 } } },
});
