import { expect } from "chai";
import request from "supertest";
import { sidehook } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { onPostgres } from "../support/on-postgres.ts";
import { until } from "../support/until.ts";
import { answerJson } from "../support/upstream.ts";
import { type Instance, type Several, startSeveral } from "./several.ts";

onPostgres("a gateway whose Postgres is away", (server) => {
  let several: Several;
  let gateway: Instance;
  /** All that clients were answered. */
  const answers: string[] = [];

  before(async () => {
    several = await startSeveral(server, WORKFLOWS, {
      answer: (asked, response) =>
        answerJson(response, asked.method === "POST" ? 201 : 200, { id: 1 }),
    });
    gateway = await several.start();
    await several.goAway();
    await eventually(async () => {
      await request(gateway.adminUrl).get("/readyz").expect(503);
    });
    several.upstream.asked.splice(0);
  });
  after(() => several.stop());

  const ask = async (method: "get" | "post", path: string, url = gateway.url) => {
    const asking = request(url)[method](path);
    const answer = await (method === "post" ? asking.send({ title: "A new day" }) : asking);
    answers.push(answer.text, JSON.stringify(answer.headers));
    return answer;
  };

  for (const [path, what] of [
    ["/posts", "an async post-action"],
    ["/webhook:trigger/paid", "a queued webhook"],
    ["/workflows:trigger?triggerWorkflows=act", "a queued custom action"],
    ["/limited", "a rate that all instances count together"],
  ] as const) {
    it(`answers 503 STORE_UNAVAILABLE to a request with ${what}, and forwards nothing`, async () => {
      const { status, body } = await ask("post", path);
      expect(status).to.equal(503);
      expect(body).to.have.nested.property("errors[0].code", "STORE_UNAVAILABLE");
      expect(several.upstream.lines()).to.deep.equal([]);
    });
  }

  it("passes on what no workflow is concerned with, and what a guard alone looks at", async () => {
    expect((await ask("get", "/posts/1")).status).to.equal(200);
    expect((await ask("post", "/notes")).status).to.equal(201);
    expect((await ask("post", "/checked")).status).to.equal(201);
    const lines = several.upstream.asked.splice(0).map(({ method, url }) => `${method} ${url}`);
    expect(lines).to.deep.equal(["GET /posts/1", "POST /notes", "POST /checked"]);
  });

  it("still shows its metrics and says that it is not ready", async () => {
    const { status, text } = await ask("get", "/metrics", gateway.adminUrl);
    expect(status).to.equal(200);
    expect(text).to.match(/^sidehook_store_ready 0$/m);
    expect((await ask("get", "/healthz", gateway.adminUrl)).status).to.equal(200);
    await ask("get", "/status", gateway.adminUrl);
    await ask("get", "/runs", gateway.adminUrl);
  });

  it("goes on without a restart once it is back, and does what it is given then", async () => {
    await several.comeBack();
    await eventually(async () => {
      await request(gateway.adminUrl).get("/readyz").expect(200);
    });
    expect((await ask("post", "/posts")).status).to.equal(201);
    expect((await ask("post", "/limited")).status).to.equal(201);
    await until(async () => (await gateway.runs("after")).length === 1);
    const [run] = await gateway.runs("after");
    expect(await gateway.ended(run?.id ?? "")).to.include({ status: "succeeded" });
    await ask("get", "/status", gateway.adminUrl);
  });

  it("tells the password of the URL nowhere: not in its log, an answer, a metric, or the error of a start", async () => {
    await ask("get", "/metrics", gateway.adminUrl);
    await several.goAway();
    // It notices when it renews its lease.
    await gateway.running.said(/the store can't be reached/);
    const env = {
      DATABASE_URL: several.url,
      SIDEHOOK_KEY: "another key",
      UPSTREAM_URL: several.upstream.url,
    };
    const started = await sidehook(["start", "--config", several.fileOf(gateway)], { env });
    expect(started.code).to.equal(75);
    expect(started.stderr).to.include(new URL(several.url).host);
    const { stdout, stderr } = await gateway.stop();
    expect(stdout).to.include("the store can't be reached");
    const told = [stdout, stderr, started.stdout, started.stderr, ...answers].join("\n");
    expect(told.length).to.be.above(5_000);
    expect(told).to.not.include(new URL(several.url).password);
  });
});

const WORKFLOWS = `
identity: none
workflows:
  after:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps: []
  paid: { trigger: { type: webhook }, steps: [] }
  act: { trigger: { type: custom-action, context: none }, steps: [] }
  limited:
    trigger: { type: pre-action, collection: limited, global: true, actions: [create] }
    rate: { limit: 100, per: 1h }
    steps: []
  checked:
    trigger: { type: pre-action, collection: checked, global: true, actions: [create] }
    steps: [{ type: condition, if: "trigger.params.values.title != ''" }]
`;
