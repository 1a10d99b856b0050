import { expect } from "chai";
import request, { type Response } from "supertest";
import { eventually } from "../support/eventually.ts";
import { onPostgres } from "../support/on-postgres.ts";
import { type Relay, startRelay } from "../support/relay.ts";
import { until } from "../support/until.ts";
import { answerJson } from "../support/upstream.ts";
import { type Instance, type Several, startSeveral } from "./several.ts";

onPostgres("two gateways on one Postgres are one gateway:", (server) => {
  let several: Several;
  let one: Instance;
  let two: Instance;
  let relay: Relay;
  /** Answers of the upstream that a test gives when it likes: `/slow`. */
  const held: (() => void)[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;

  before(async () => {
    relay = await startRelay(() => two.url);
    several = await startSeveral(server, workflowsOf(relay.url), {
      answer: (asked, response) => {
        if (asked.url === "/slow") return void held.push(() => answerJson(response, 200, {}));
        if (asked.url === "/alone") {
          mostAtOnce = Math.max(mostAtOnce, ++atOnce);
          // Long enough for another to come meanwhile, if one may.
          setTimeout(() => {
            atOnce--;
            answerJson(response, 200, {});
          }, 10);
          return;
        }
        answerJson(response, asked.method === "POST" ? 201 : 200, { id: 1, item: 1 });
      },
    });
    [one, two] = await Promise.all([several.start(), several.start()]);
  });
  after(async () => {
    await several.stop();
    await relay.stop();
  });

  it("a delivery that comes to each of them runs once, and both answer alike", async () => {
    const first = runOf(await deliver(one));
    const again = [await deliver(two), ...(await Promise.all([one, two, one].map(deliver)))];
    expect(again.map(({ body }) => body as unknown)).to.deep.equal(again.map(() => ANSWER));
    expect(await two.ended(first)).to.include({ status: "succeeded" });
    expect((await two.runs("paid")).map(({ id }) => id)).to.deep.equal([first]);
  });

  it("a rate counts the requests of both", async () => {
    const statuses: number[] = [];
    for (const { url } of [one, two, one, two]) {
      statuses.push((await request(url).post("/limited").send({ a: 1 })).status);
    }
    expect(statuses).to.deep.equal([201, 201, 201, 429]);
  });

  it("a lane lets one run at a time through, whichever of them does it", async () => {
    const orders = Array.from({ length: 20 }, (_, at) =>
      request((at % 2 === 0 ? one : two).url)
        .post("/orders")
        .send({ item: 1 })
        .expect(201),
    );
    await Promise.all(orders);
    await eventually(async () => {
      const runs = await two.runs("alone");
      expect(runs.map(({ status }) => status)).to.deep.equal(
        Array.from({ length: 20 }, () => "succeeded"),
      );
    });
    expect(mostAtOnce).to.equal(1);
  });

  it("a run that is under way in one of them is canceled by the other", async () => {
    const id = runOf(await request(one.url).post("/slowly").send({}).expect(201));
    await until(() => held.length > 0);
    await request(two.adminUrl).post(`/runs/${id}/cancel`).send({}).expect(200);
    await request(one.adminUrl).post(`/runs/${id}/cancel`).send({}).expect(409);
    for (const answer of held.splice(0)) answer();
    expect(await two.run(id)).to.include({ status: "canceled" });
    expect(several.upstream.lines()).to.not.include("POST /slow-after");
  });

  it("a run that waits is answered by its link at the other, and goes on", async () => {
    const id = runOf(await request(one.url).post("/asked").send({}).expect(201));
    const link = await linkOf(id);
    expect(link.startsWith(one.url) || link.startsWith(two.url)).to.equal(true);
    const elsewhere = link.replace(/^http:\/\/[^/]+/, link.startsWith(one.url) ? two.url : one.url);
    await request(elsewhere).post("").send({ choice: "approve" }).expect(200);
    expect((await two.ended(id)).output).to.include({ choice: "approve", by: "link" });
    await request(link).post("").send({ choice: "approve" }).expect(409);
  });

  it("a run that waits is answered at the admin port of the other, and goes on", async () => {
    const id = runOf(await request(one.url).post("/asked").send({}).expect(201));
    await linkOf(id);
    const choice = { choice: "reject" };
    await request(two.adminUrl).post(`/runs/${id}/resume`).send(choice).expect(200);
    expect((await two.ended(id)).output).to.include({ choice: "reject", by: "admin" });
  });

  it("each time of a schedule has one run", async () => {
    await eventually(async () => {
      expect(await two.runs("tick")).to.have.length.at.least(4);
    });
    const times = (await two.runs("tick")).map(({ trigger }) =>
      String((trigger as { scheduledAt: unknown }).scheduledAt),
    );
    expect(new Set(times).size).to.equal(times.length);
  });

  it("a depth that one of them has signed counts in the other: a loop of both ends with 508", async () => {
    const answer = await request(one.url).post("/again").send({}).expect(500);
    expect(answer.body).to.have.nested.property("errors[0].code", "WORKFLOW_ERROR");
    await eventually(async () => {
      const runs = await two.runs("again");
      expect(runs.map(({ status }) => status)).to.deep.equal(["errored", "errored", "errored"]);
      expect(runs[0]?.error?.message).to.contain("508");
    });
    expect(several.upstream.lines()).to.not.include("POST /again");
  });

  /** The link that the run of a request has sent, once the run waits. */
  async function linkOf(id: string): Promise<string> {
    await until(async () => (await two.run(id)).status === "waiting");
    const mail = several.upstream.asked.findLast(({ url }) => url === "/mails");
    return (JSON.parse(mail?.body.toString() ?? "{}") as { link: string }).link;
  }
});

/** Sends the one delivery of the webhook. */
const deliver = ({ url }: Instance) =>
  request(url).post("/webhook:trigger/paid").set("X-Id", "d1").send({ n: 1 }).expect(202);

/** What the webhook answers. */
const ANSWER = { accepted: true };

/** The id of the run that an answer tells of. */
const runOf = (answer: Response): string =>
  /id="([^"]+)"/.exec(answer.headers["workflow-runs"] as string)?.[1] ?? "";

const workflowsOf = (relay: string) => `
identity: none
limits: { depth: 2 }
workflows:
  paid:
    trigger: { type: webhook, response: { status: 202, body: { accepted: true } }, dedupe: { key: '\${{ trigger.headers["x-id"] }}' } }
    steps: []
  limited:
    trigger: { type: pre-action, collection: limited, global: true, actions: [create] }
    rate: { limit: 3, per: 1h }
    steps: []
  alone:
    trigger: { type: post-action, collection: orders, global: true, actions: [create] }
    concurrency: { key: "\${{ trigger.data.item }}" }
    steps: [{ type: request, url: UPSTREAM/alone }]
  slowly:
    trigger: { type: post-action, collection: slowly, global: true, actions: [create] }
    steps:
      - { type: request, url: UPSTREAM/slow, timeout: 60s }
      - { type: request, method: POST, url: UPSTREAM/slow-after }
  asked:
    trigger: { type: post-action, collection: asked, global: true, actions: [create] }
    steps:
      - { type: request, url: UPSTREAM/mails, body: { link: "\${{ resumeUrl('ask') }}" } }
      - { id: ask, type: wait, choices: [approve, reject], for: 7d, then: fail }
      - { type: output, value: "\${{ steps.ask }}" }
  tick:
    trigger: { type: schedule, every: 1s }
    steps: []
  again:
    trigger: { type: pre-action, collection: again, global: true, actions: [create] }
    steps:
      - { type: request, url: "${relay}/again", body: {} }
`;
