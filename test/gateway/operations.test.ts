import { expect } from "chai";
import request from "supertest";
import type { RunDetail } from "../../src/model/history.ts";
import { onBothStores } from "../support/both-stores.ts";
import { eventually } from "../support/eventually.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type Answer, answerJson } from "../support/upstream.ts";

onBothStores("an operator of a gateway", () => {
  let gateway: TestGateway;
  let answer: Answer;
  before(async () => {
    gateway = await startTestGateway(workflows, { answer: (...all) => answer(...all) });
  });
  beforeEach(() => {
    gateway.upstream.asked.splice(0);
    answer = answersAlways;
  });
  after(() => gateway.stop());

  describe("whose upstream broke off when it had read the request", () => {
    it("replays the unconfirmed run with data, and it is done", async () => {
      const { id } = await broken("POST", "/posts");
      const received = await operate(`/runs/${id}/replay`, { data: { title: "Given" } });
      expect(received.status).to.equal(201);
      const run = await ended((received.body as RunDetail).id);
      expect(run).to.deep.include({
        status: "succeeded",
        replayOf: id,
        messages: ["Given is saved"],
      });
      expect(await get(id)).to.include({ status: "dismissed", replayedAs: run.id });
    });

    it("replays it with the record that has the key, as the upstream has it now", async () => {
      const { id } = await broken("PATCH", "/posts/7");
      answer = answersAlways;
      gateway.upstream.asked.splice(0);
      const received = await operate(`/runs/${id}/replay`);
      expect(received.status).to.equal(201);
      const run = await ended((received.body as RunDetail).id);
      expect(run.messages).to.deep.equal(["Saved in News is saved"]);
      // As the service, with its association; the action itself is not done again.
      expect(gateway.upstream.lines()).to.deep.equal(["GET /posts/7", "GET /categories/1"]);
      expect(gateway.upstream.asked[0]?.headers).to.include("of the service");
    });

    it("can't replay it without data when the record can't be loaded, and may dismiss it", async () => {
      const { id } = await broken("PATCH", "/posts/7");
      answer = (_request, response) => answerJson(response, 500, {});
      const received = await operate(`/runs/${id}/replay`);
      expect(received.status).to.equal(409);
      expect(received.body).to.have.nested.property("errors[0].code", "CONFLICT");
      expect(received.body)
        .to.have.nested.property("errors[0].message")
        .that.contains("give it as data");
      expect(await get(id)).to.include({ status: "unconfirmed", replayedAs: null });

      expect((await operate(`/runs/${id}/dismiss`)).body).to.include({ id, status: "dismissed" });
    });
  });

  it("replays a pre-action that had changed its request: nothing is forwarded once more", async () => {
    const received = await request(gateway.url)
      .post("/notes?triggerWorkflows=stamp")
      .send({ title: "Sent" })
      .expect(201);
    const [, id = ""] = /id="([^"]+)"/.exec(String(received.headers["workflow-runs"])) ?? [];
    expect(gateway.upstream.asked).to.have.length(1);
    const again = await operate(`/runs/${id}/replay`);
    const run = await ended((again.body as RunDetail).id);
    expect(run).to.deep.include({ status: "succeeded", messages: ["Stamped"] });
    expect(run.steps.map(({ type, status }) => `${type} ${status}`)).to.deep.equal([
      "set-request succeeded",
      "response-message succeeded",
    ]);
    expect(gateway.upstream.asked).to.have.length(1);
  });

  it("runs a workflow by hand, cancels a run that waits, and lets another go on", async () => {
    const ids: string[] = [];
    for (const name of ["Ann", "Bob"]) {
      const { status, body } = await operate("/workflows/patient/run", {
        context: { data: { name } },
      });
      expect(status).to.equal(201);
      ids.push((body as RunDetail).id);
    }
    const [ann = "", bob = ""] = ids;
    for (const id of ids) {
      await eventually(async () => expect(await get(id)).to.include({ status: "waiting" }));
    }
    expect((await operate(`/runs/${ann}/cancel`)).body).to.include({ status: "canceled" });
    expect((await operate(`/runs/${bob}/resume`)).status).to.equal(200);
    expect(await ended(bob)).to.deep.include({ status: "succeeded", messages: ["Hello Bob"] });
    expect(await get(ann)).to.deep.include({ status: "canceled", messages: [] });
  });

  it("is shown all workflows", async () => {
    const { body } = await request(gateway.adminUrl).get("/workflows").expect(200);
    const { workflows } = body as { workflows: { runs: object }[] };
    for (const { runs } of workflows) expect(runs).to.be.an("object");
    expect(workflows.map((received) => ({ ...received, runs: {} }))).to.deep.equal([
      { key: "audit", title: null, enabled: true, trigger: "post-action", steps: 1, runs: {} },
      {
        key: "stamp",
        title: "Stamps notes",
        enabled: true,
        trigger: "pre-action",
        steps: 2,
        runs: {},
      },
      { key: "patient", title: null, enabled: true, trigger: "custom-action", steps: 2, runs: {} },
    ]);
  });

  /** The run of a request that the upstream read, and then broke off. */
  async function broken(method: "POST" | "PATCH", path: string): Promise<RunDetail> {
    answer = (_request, response) => response.destroy();
    const url = `${gateway.url}${path}?triggerWorkflows=audit`;
    const received = await fetch(url, {
      method,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ title: "Sent" }),
    });
    expect(received.status).to.equal(502);
    expect(gateway.upstream.lines()).to.deep.equal([`${method} ${path}`]);
    const [newest] = await gateway.runs();
    expect(newest).to.include({ workflow: "audit", status: "unconfirmed" });
    return newest!;
  }

  const operate = (path: string, body: object = {}) =>
    request(gateway.adminUrl).post(path).set("Content-Type", "application/json").send(body);

  const get = async (id: string) =>
    (await request(gateway.adminUrl).get(`/runs/${id}`).expect(200)).body as RunDetail;

  async function ended(id: string): Promise<RunDetail> {
    await eventually(async () => expect((await get(id)).finishedAt).to.be.a("string"));
    return get(id);
  }
});

const answersAlways: Answer = ({ method, url }, response) => {
  if (url?.startsWith("/categories")) return answerJson(response, 200, { id: 1, name: "News" });
  const status = method === "POST" ? 201 : 200;
  answerJson(response, status, { id: 7, title: "Saved", categoryId: 1 });
};

const workflows = `
upstream: { headers: { X-From: of the service } }
identity: none
collections:
  posts: { associations: { category: { collection: categories, foreignKey: categoryId } } }
workflows:
  audit:
    trigger: { type: post-action, collection: posts, appends: [category] }
    steps:
      - type: response-message
        message: "\${{ trigger.data.title }}\${{ has(trigger.data.category) ? ' in ' + trigger.data.category.name : '' }} is saved"
  stamp:
    title: Stamps notes
    trigger: { type: pre-action, collection: notes }
    steps:
      - { type: set-request, values: { stamped: true } }
      - { type: response-message, message: Stamped }
  patient:
    trigger: { type: custom-action, collection: posts }
    steps:
      - { type: delay, for: 1h }
      - { type: response-message, message: "Hello \${{ trigger.data.name }}" }
`;
