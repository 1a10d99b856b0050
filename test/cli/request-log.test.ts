import { request as send } from "node:http";
import { expect } from "chai";
import { type Running, type Urls, folderWith, run } from "../support/command.ts";
import { until } from "../support/until.ts";
import { type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";

/** A text that no line may hold. */
const HIDDEN = "HIDE-ME";
const TRACE = "0af7651916cd43dd8448eb211c80319c";

/** A line of the log. */
type Line = Readonly<Record<string, unknown>>;

describe("the log of requests", function () {
  this.timeout(120_000);

  let upstream: TestUpstream;
  let folder: Awaited<ReturnType<typeof folderWith>>;
  let gateway: Running<Urls>;
  /** How many requests the upstream does not answer. */
  let held: number;
  beforeEach(async () => {
    held = 0;
    upstream = await startUpstream((request, response) => {
      if (request.url?.startsWith("/slow")) held++;
      else if (request.url?.startsWith("/torn")) {
        response.writeHead(200, { "content-length": "9" }).write("torn");
        setImmediate(() => response.destroy());
      } else answerJson(response, 201, { id: 7, token: HIDDEN });
    });
    folder = await folderWith({ "gateway.yaml": configFor(upstream.url) });
  });
  afterEach(async () => {
    gateway.process.kill("SIGKILL");
    await gateway.ended;
    await upstream.stop();
    await folder.remove();
  });

  function start(level = "info"): Promise<Urls> {
    const env = { LEVEL: level };
    gateway = run<Urls>("bin/sidehook.js", ["start"], { cwd: folder.path, env });
    return gateway.serving;
  }

  /** Stops the gateway; gives all lines of its log. */
  async function lines(): Promise<Line[]> {
    gateway.process.kill("SIGTERM");
    const { stdout } = await gateway.ended;
    const json = stdout.split("\n").filter((line) => line.startsWith("{"));
    return json.map((line) => JSON.parse(line) as Line);
  }

  it("has one line a concerned request: what it was, how it ended, its runs, its id and its trace", async () => {
    const { url } = await start();
    const headers = { "x-request-id": "r-1", traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
    const answer = await post(`${url}/posts`, headers);
    await answer.text();
    const ids = [...(answer.headers.get("workflow-runs") ?? "").matchAll(/(?<=id=")[^"]+/g)];
    const [line, ...more] = (await lines()).filter(({ msg }) => msg === "request");
    expect(more).to.be.empty;
    const { time, durationMs, ...others } = line ?? {};
    expect([typeof time, typeof durationMs]).to.deep.equal(["number", "number"]);
    expect(others).to.deep.equal({
      level: 30,
      msg: "request",
      method: "POST",
      collection: "posts",
      action: "create",
      status: 201,
      runs: [
        { id: ids[0]?.[0], workflow: "guard", status: "succeeded" },
        { id: ids[1]?.[0], workflow: "later", status: "queued" },
      ],
      requestId: "r-1",
      traceId: TRACE,
    });
  });

  it("has no line for a request that passes through", async () => {
    const { url } = await start();
    for (const path of ["/posts", "/posts/1", "/elsewhere?q=1", "/notes:list"]) {
      await (await fetch(`${url}${path}`)).text();
    }
    await (await fetch(`${url}/posts/1`, { method: "DELETE" })).text();
    expect((await lines()).filter(({ msg }) => msg === "request")).to.be.empty;
  });

  it("tells the code of a request that the gateway refused", async () => {
    const { url } = await start();
    expect((await post(`${url}/posts`, {}, "{")).status).to.equal(400);
    expect((await post(`${url}/posts%2F`)).status).to.equal(400);
    const unknown = `${url}/posts:trigger?triggerWorkflows=unknown`;
    expect((await post(unknown)).status).to.equal(404);
    const told = (await lines()).filter(({ msg }) => msg === "request");
    expect(
      told.map(({ collection, status, code }) => ({ collection, status, code })),
    ).to.deep.equal([
      { collection: "posts", status: 400, code: "BAD_JSON" },
      { collection: undefined, status: 400, code: "BAD_PATH" },
      { collection: "posts", status: 404, code: "WORKFLOW_NOT_FOUND" },
    ]);
  });

  it("tells that the client left, in place of a status", async () => {
    const { url } = await start();
    const asked = send(`${url}/slow`, { method: "POST" });
    asked.on("error", () => undefined).end();
    await until(() => held === 1);
    asked.destroy();
    await gateway.said(/"msg":"request"/);
    const line = (await lines()).find(({ msg }) => msg === "request");
    expect(line).to.include({ collection: "slow", status: "client left" });
  });

  it("tells that an answer was cut off, where that was not the client's doing", async () => {
    const { url } = await start();
    const torn = await post(`${url}/torn`);
    expect(await torn.text().catch(() => "broken")).to.equal("broken");
    await gateway.said(/"msg":"request"/);
    const line = (await lines()).find(({ msg }) => msg === "request");
    expect(line).to.include({ collection: "torn", status: "cut off" });
  });

  it("holds no query, no credential, no cookie, no body and nothing of an answer", async () => {
    const { url } = await start();
    const secret = { authorization: `Bearer ${HIDDEN}`, cookie: `sid=${HIDDEN}`, "x-own": HIDDEN };
    const query = `?token=${HIDDEN}&filter=${HIDDEN}&a[b]=${HIDDEN}`;
    await (await post(`${url}/posts${query}`, secret, `{"title":"${HIDDEN}"}`)).text();
    await (await post(`${url}/posts${query}`, secret, `{"title":"${HIDDEN}"`)).text();
    await (await post(`${url}/webhook:trigger/hooked${query}`, secret, HIDDEN)).text();
    const told = await lines();
    expect(told.filter(({ msg }) => msg === "request")).to.have.length(3);
    expect(JSON.stringify(told)).not.to.include(HIDDEN);
  });

  it("bounds the names that a client makes up", async () => {
    const { url } = await start();
    const path = `/${"c".repeat(2_000)}:${"a".repeat(2_000)}?triggerWorkflows=guard`;
    await (await post(`${url}${path}`)).text();
    const line = (await lines()).find(({ msg }) => msg === "request");
    expect(line).to.include({ collection: "c".repeat(128), action: "a".repeat(128) });
  });

  for (const level of ["warn", "error"]) {
    it(`has no lines of requests at log.level ${level}`, async () => {
      const { url } = await start(level);
      await (await post(`${url}/posts`)).text();
      expect((await lines()).filter(({ level: one }) => one === 30)).to.be.empty;
    });
  }

  it("tells when the gateway starts and stops", async () => {
    const { url, adminUrl } = await start();
    const told = (await lines()).filter(({ level }) => level === 30);
    expect(told.map(({ msg }) => msg)).to.deep.equal(["started", "stopping", "stopped"]);
    expect(told[0]).to.include({ url, adminUrl });
    expect(told[1]).to.include({ signal: "SIGTERM" });
    expect(told[2]?.["durationMs"]).to.be.a("number");
  });

  it("tells how many runs are taken up after a process died", async () => {
    const { url } = await start();
    await (await post(`${url}/waits`)).text();
    await until(() => held === 1);
    gateway.process.kill("SIGKILL");
    await gateway.ended;
    await start();
    const line = (await lines()).find(({ msg }) => String(msg).includes("taken up"));
    expect(line).to.include({ runs: 1, msg: "runs of a process that died are taken up" });
  });
});

const post = (url: string, headers: Record<string, string> = {}, body = '{"title":"a"}') =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });

const configFor = (upstream: string) => `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: "${upstream}" }
identity: none
store: { url: "sqlite:./history.db" }
log: { level: "\${LEVEL}", format: json }
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps: []
  later:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps: []
  slow:
    trigger: { type: pre-action, collection: slow, global: true, actions: [create] }
    steps: []
  torn:
    trigger: { type: pre-action, collection: torn, global: true, actions: [create] }
    steps: []
  waits:
    trigger: { type: post-action, collection: waits, global: true, actions: [create] }
    steps:
      - { type: request, url: "${upstream}/slow" }
  hooked:
    trigger: { type: webhook, auth: { basic: { username: a, password: b } } }
    steps: []
`;
