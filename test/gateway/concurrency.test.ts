import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { eventually } from "../support/eventually.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { answerJson } from "../support/upstream.ts";

onBothStores("the concurrency of a workflow", () => {
  it("does its runs of one key one after another, so that none of 50 sees the stock of another", async () => {
    let stock = 20;
    const sold: string[] = [];
    const gateway: TestGateway = await startTestGateway(workflows, {
      answer(incoming, response, body) {
        if (incoming.url?.startsWith("/products")) {
          if (incoming.method === "PATCH") {
            ({ stock } = JSON.parse(body.toString()) as { stock: number });
            sold.push("one");
          }
          return void setTimeout(() => answerJson(response, 200, { id: 1, stock }), 1);
        }
        answerJson(response, 201, { id: 1, productId: 1 });
      },
    });
    const orders = Array.from({ length: 50 }, () =>
      request(gateway.url).post("/orders").send({ productId: 1 }).expect(201),
    );
    await Promise.all(orders);
    await eventually(async () => {
      const ended = (await gateway.runs()).filter(({ status }) => status === "succeeded");
      expect(ended).to.have.length(50);
    });
    await gateway.stop();
    expect([stock, sold.length]).to.deep.equal([0, 20]);
  }).timeout(60_000);
});

const workflows = `
identity: none
workflows:
  stock:
    trigger: { type: post-action, collection: orders, global: true, actions: [create] }
    concurrency: { key: "\${{ trigger.data.productId }}" }
    steps:
      - { id: product, type: query, collection: products, key: 1 }
      - type: update
        if: steps.product.stock > 0.0
        collection: products
        key: 1
        values: { stock: "\${{ steps.product.stock - 1.0 }}" }
`;
