import { expect } from "chai";
import request from "supertest";
import type { RunDetail } from "../../src/model/history.ts";
import { headerValue } from "../../src/model/headers.ts";
import { type Several, startSeveral } from "../instances/several.ts";
import { type Running, type Urls, folderWith, run } from "../support/command.ts";
import { onPostgres } from "../support/on-postgres.ts";
import { until } from "../support/until.ts";
import { type Answer, type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";

describe("a gateway that is killed (kill -9) as it has taken the answer to a run that waits", () => {
  /** Answers of `/after` that a test gives when it likes. */
  const held: (() => void)[] = [];
  beforeEach(() => void held.splice(0));
  const answer: Answer = ({ url }, response) => {
    const give = () => answerJson(response, 201, {});
    if (url?.startsWith("/after")) held.push(give);
    else give();
  };

  describe("on SQLite", () => {
    let upstream: TestUpstream;
    let folder: Awaited<ReturnType<typeof folderWith>>;
    let running: Running<Urls> | null = null;
    beforeEach(async () => {
      upstream = await startUpstream(answer);
      folder = await folderWith({
        "gateway.yaml": `listen: { port: 0 }
admin: { port: 0 }
upstream: { url: ${upstream.url} }
egress: { allow: ["127.0.0.1"] }
store: { url: "sqlite:./data/history.db" }
${workflows(upstream.url)}`,
      });
    });
    afterEach(async () => {
      running?.process.kill("SIGKILL");
      await running?.ended;
      await upstream.stop();
      await folder.remove();
    });
    const start = () => {
      running = run<Urls>("bin/sidehook.js", ["start"], { cwd: folder.path });
      return running.serving;
    };

    it("goes on with this answer after a restart, once", async () => {
      const before = await start();
      const id = await answered(before);
      running!.process.kill("SIGKILL");
      await running!.ended;
      const after = await start();
      await goesOn(after, id, upstream, held);
    });
  });

  onPostgres("on Postgres", (server) => {
    let several: Several;
    beforeEach(async () => {
      several = await startSeveral(server, workflows("UPSTREAM"), { answer });
    });
    afterEach(() => several.stop());

    it("leaves it to another, which goes on with this answer, once", async () => {
      const one = await several.start();
      const id = await answered(one);
      await one.kill();
      await several.setLease(one, "long ago");
      const two = await several.start();
      await goesOn(two, id, several.upstream, held);
    });
  });
});

const workflows = (upstream: string) => `identity: none
workflows:
  ask:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps:
      - { id: asked, type: wait, choices: [approve, reject] }
      - { id: after, type: request, method: POST, url: "${upstream}/after?\${{ steps.asked.choice }}", timeout: 60s }
      - { type: output, value: "\${{ steps.asked.body.note }}" }
`;

const detail = async ({ adminUrl }: Urls, id: string) =>
  (await request(adminUrl).get(`/runs/${id}`).expect(200)).body as RunDetail;

/** Has a run wait, and answers it. Gives its id. */
async function answered(gateway: Urls): Promise<string> {
  const created = await request(gateway.url).post("/posts").send({}).expect(201);
  const id = /id="([^"]+)"/.exec(created.headers["workflow-runs"] as string)?.[1] ?? "";
  await until(async () => (await detail(gateway, id)).status === "waiting");
  await request(gateway.adminUrl)
    .post(`/runs/${id}/resume`)
    .send({ choice: "approve", body: { note: "good" } })
    .expect(200);
  return id;
}

/** Expects that a run goes on with the answer that it was given, to its end. */
async function goesOn(
  gateway: Urls,
  id: string,
  { asked }: Pick<TestUpstream, "asked">,
  held: (() => void)[],
): Promise<void> {
  await until(() => held.length > 0);
  await request(gateway.adminUrl).post(`/runs/${id}/resume`).send({ choice: "reject" }).expect(409);
  await until(async () => {
    for (const give of held.splice(0)) give();
    return (await detail(gateway, id)).finishedAt !== null;
  });
  const { status, output, steps } = await detail(gateway, id);
  expect({ status, output }).to.deep.equal({ status: "succeeded", output: "good" });
  expect(steps.map(({ path }) => path)).to.deep.equal(["asked", "after", "output#2"]);
  // The one that was killed may have begun it: whoever honours the key does it once.
  const after = asked.filter(({ url }) => url.startsWith("/after"));
  expect(new Set(after.map(({ url }) => url))).to.deep.equal(new Set(["/after?approve"]));
  const keys = after.map(({ headers }) => headerValue(headers, "idempotency-key"));
  expect(new Set(keys).size).to.equal(1);
  expect(keys[0]).to.be.a("string");
}
