import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { eventually } from "../support/eventually.ts";
import { startTestGateway } from "../support/gateway.ts";
import { answerJson } from "../support/upstream.ts";

onBothStores("the debounce of a workflow", () => {
  it("runs the last of several changes of one record, and each record alone", async () => {
    const gateway = await startTestGateway(workflows, {
      answer: (incoming, response, body) =>
        answerJson(response, 200, {
          ...(JSON.parse(body.toString() || "{}") as object),
          id: incoming.url?.split("/")[2],
        }),
    });
    for (const [id, n] of [
      [1, 1],
      [2, 2],
      [1, 3],
      [1, 4],
    ]) {
      await request(gateway.url).patch(`/posts/${id}`).send({ n }).expect(200);
    }
    const statuses = async () => (await gateway.runs()).map(({ status }) => status).toSorted();
    expect(await statuses()).to.deep.equal(["canceled", "canceled", "queued", "queued"]);
    for (const { id, status } of await gateway.runs()) {
      if (status !== "queued") continue;
      await request(gateway.adminUrl).post(`/runs/${id}/resume`).send({}).expect(200);
    }
    await eventually(async () =>
      expect(await statuses()).to.deep.equal(["canceled", "canceled", "succeeded", "succeeded"]),
    );
    const done = (await gateway.runs()).filter(({ status }) => status === "succeeded");
    await gateway.stop();
    expect(done.map(({ output }) => output)).to.have.members([2, 4]);
  });
});

const workflows = `
identity: none
workflows:
  index:
    trigger: { type: post-action, collection: posts, global: true, actions: [update] }
    debounce: { key: "\${{ trigger.data.id }}", for: 1h }
    steps:
      - { type: output, value: "\${{ trigger.data.n }}" }
`;
