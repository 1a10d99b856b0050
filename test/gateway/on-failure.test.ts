import { expect } from "chai";
import request from "supertest";
import type { RunDetail } from "../../src/model/history.ts";
import { onBothStores } from "../support/both-stores.ts";
import { eventually } from "../support/eventually.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { answerJson } from "../support/upstream.ts";

onBothStores("onFailure", () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startTestGateway(workflows, {
      answer: (_request, response) => answerJson(response, 201, { id: 7 }),
    });
  });
  afterEach(() => gateway.stop());

  const hook = (key: string) => request(gateway.url).post(`/webhook:trigger/${key}`).send({ n: 1 });
  const runsOf = async (key: string) =>
    (await gateway.runs()).filter(({ workflow }) => workflow === key);
  /** Waits for the run of a key that has ended. */
  const ended = async (key: string): Promise<RunDetail> => {
    let found: RunDetail | undefined;
    await eventually(async () => {
      [found] = await runsOf(key);
      expect(found?.finishedAt).to.be.a("string");
    });
    return found!;
  };

  for (const [key, status, code] of [
    ["queued", 200, "EXPRESSION_ERROR"],
    ["sync", 500, "EXPRESSION_ERROR"],
  ] as const) {
    it(`runs the subflow with the run, its error and its trigger, once it has erred: ${key}`, async () => {
      await hook(key).expect(status);
      const alert = await ended("alert");
      const [failed] = await runsOf(key);
      expect(alert).to.include({ status: "succeeded", parent: failed?.id });
      const { data } = alert.trigger as unknown as { data: Record<string, object> };
      expect(data["run"]).to.deep.equal({
        id: failed?.id,
        workflow: key,
        status: "errored",
        startedAt: failed?.startedAt,
        finishedAt: failed?.finishedAt,
      });
      expect(data["error"]).to.include({ code, step: "divide" });
      expect(data["trigger"]).to.deep.include({ body: { n: 1 } });
      expect(alert.output).to.equal(`${key} errored`);
    });
  }

  it("runs it once a run took too long", async () => {
    await hook("slow").expect(200);
    const { output } = await ended("alert");
    expect(output).to.equal("slow timed-out");
  });

  it("runs nothing when a run succeeds or refuses", async () => {
    await hook("fine").expect(200);
    await hook("refuses").expect(500);
    await ended("fine");
    await hook("queued").expect(200);
    await ended("alert");
    expect(await runsOf("alert")).to.have.length(1);
  });

  it("is never run for its own failures, also where two would run each other", async () => {
    await hook("doomed").expect(200);
    await ended("broken");
    await hook("circular").expect(200);
    await ended("ping");
    await hook("fine").expect(200);
    await ended("fine");
    const [broken, ping, pong] = [
      await runsOf("broken"),
      await runsOf("ping"),
      await runsOf("pong"),
    ];
    expect([broken.length, ping.length, pong.length]).to.deep.equal([1, 1, 0]);
  });
});

const divide = `{ id: divide, type: calculation, value: "\${{ 1 / 0 }}" }`;

const workflows = `
identity: none
workflows:
  queued:
    trigger: { type: webhook }
    onFailure: alert
    steps: [${divide}]
  sync:
    trigger: { type: webhook, sync: true }
    onFailure: alert
    steps: [${divide}]
  slow:
    trigger: { type: webhook }
    timeout: 10ms
    onFailure: alert
    steps: [{ type: delay, for: 1h }]
  fine:
    trigger: { type: webhook }
    onFailure: alert
    steps: []
  refuses:
    trigger: { type: webhook, sync: true }
    onFailure: alert
    steps: [{ type: end, status: failed }]
  alert:
    trigger: { type: subflow }
    steps:
      - type: output
        value: "\${{ trigger.data.run.workflow }} \${{ trigger.data.run.status }}"
  doomed:
    trigger: { type: webhook }
    onFailure: broken
    steps: [${divide}]
  broken:
    trigger: { type: subflow }
    onFailure: broken
    steps: [${divide}]
  circular:
    trigger: { type: webhook }
    onFailure: ping
    steps: [${divide}]
  ping:
    trigger: { type: subflow }
    onFailure: pong
    steps: [${divide}]
  pong:
    trigger: { type: subflow }
    onFailure: ping
    steps: [${divide}]
`;
