import { once } from "node:events";
import { type ServerResponse, Agent, get } from "node:http";
import { connect } from "node:net";
import { expect } from "chai";
import type { RunPage } from "../../src/model/history.ts";
import { type Running, type Urls, folderWith, run, sidehook } from "../support/command.ts";
import { until } from "../support/until.ts";
import { type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";

describe("sidehook start", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  let upstream: TestUpstream;
  let folder: Awaited<ReturnType<typeof folderWith>>;
  let held: ServerResponse[];
  const started: Running[] = [];

  beforeEach(async () => {
    held = [];
    upstream = await startUpstream((request, response) => {
      if (request.url === "/slow" || request.method === "POST") held.push(response);
      else answerJson(response, 200, { id: 1 });
    });
    folder = await folderWith({ "gateway.yaml": configFor(upstream.url) });
  });

  afterEach(async () => {
    for (const { process } of started) process.kill("SIGKILL");
    await Promise.all(started.splice(0).map(({ ended }) => ended));
    await upstream.stop();
    await folder.remove();
  });

  function start(env: Record<string, string> = {}): Running<Urls> {
    const gateway = run<Urls>("bin/sidehook.js", ["start"], { cwd: folder.path, env });
    started.push(gateway);
    return gateway;
  }

  /** A gateway with a request that its upstream has not answered yet. */
  async function inFlight(path: string, init: RequestInit = {}) {
    const gateway = start();
    const { url, adminUrl } = await gateway.serving;
    const answer = fetch(`${url}${path}`, init);
    await until(() => held.length === 1);
    return { gateway, url, adminUrl, answer };
  }

  const release = () => held.map((response) => answerJson(response, 201, { id: 2 }));

  it("says where it listens, and writes JSON lines and no colours into a pipe", async () => {
    const gateway = start();
    const { url, adminUrl } = await gateway.serving;
    expect((await fetch(`${url}/posts/1`)).status).to.equal(200);
    gateway.process.kill("SIGTERM");
    const { code, stdout, stderr } = await gateway.ended;
    const [first, ...others] = stdout.trimEnd().split("\n");
    expect(first).to.equal(`sidehook listens on ${url} (admin on ${adminUrl})`);
    expect(others.map((line) => typeof JSON.parse(line))).to.deep.equal(others.map(() => "object"));
    expect(stdout).not.to.include("\u001B");
    expect([code, stderr]).to.deep.equal([0, ""]);
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`finishes the request in flight at ${signal}, takes no new one, and exits 0`, async () => {
      const { gateway, url, answer } = await inFlight("/slow");
      gateway.process.kill(signal);
      await until(() => refuses(url));
      release();
      expect((await answer).status).to.equal(201);
      expect(await (await answer).json()).to.deep.equal({ id: 2 });
      expect((await gateway.ended).code).to.equal(0);
    });
  }

  it("is ready until it stops, then 503 while requests in flight are finished", async () => {
    const { gateway, url, adminUrl, answer } = await inFlight("/slow");
    const ready = async () => (await fetch(`${adminUrl}/readyz`)).status;
    expect(await ready()).to.equal(200);
    gateway.process.kill("SIGTERM");
    await until(() => refuses(url));
    expect(await ready()).to.equal(503);
    release();
    await answer;
    expect((await gateway.ended).code).to.equal(0);
  });

  it("has recorded the run of the last request when it has stopped", async () => {
    const { gateway, answer } = await inFlight("/posts", post);
    gateway.process.kill("SIGTERM");
    release();
    const [id] = /(?<=id=")[^"]+/.exec((await answer).headers.get("workflow-runs") ?? "") ?? [];
    expect((await gateway.ended).code).to.equal(0);

    const { adminUrl } = await start().serving;
    const { runs } = (await (await fetch(`${adminUrl}/runs`)).json()) as RunPage;
    expect(runs.map((one) => [one.id, one.status])).to.deep.equal([[id, "succeeded"]]);
  });

  it("stops though a client keeps its idle connection open", async () => {
    const gateway = start();
    const { url } = await gateway.serving;
    const agent = new Agent({ keepAlive: true });
    const [answer] = (await once(get(`${url}/posts/1`, { agent }), "response")) as [
      { resume(): void },
    ];
    answer.resume();
    gateway.process.kill("SIGTERM");
    const { code } = await gateway.ended;
    agent.destroy();
    expect(code).to.equal(0);
  });

  it("goes on, and logs it, when an unexpected error reaches the process", async () => {
    const thrown = 'process.on("SIGUSR2",()=>{throw new Error("nobody caught me")})';
    const gateway = start({
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(thrown)}`,
    });
    const { url } = await gateway.serving;
    gateway.process.kill("SIGUSR2");
    await gateway.said(/nobody caught me/);
    expect((await fetch(`${url}/posts/1`)).status).to.equal(200);
    gateway.process.kill("SIGTERM");
    expect((await gateway.ended).code).to.equal(0);
  });

  it("takes a Ctrl-C that a terminal and npm both pass on as one", async () => {
    const { gateway, url, answer } = await inFlight("/slow");
    // A stopped process gets both at the same time, when it goes on.
    for (const signal of ["SIGSTOP", "SIGINT", "SIGTERM", "SIGCONT"] as const) {
      gateway.process.kill(signal);
    }
    await until(() => refuses(url));
    release();
    expect((await answer).status).to.equal(201);
    expect((await gateway.ended).code).to.equal(0);
  });

  it("ends at once, with 1, at a second signal while it waits for a request", async () => {
    const { gateway, answer } = await inFlight("/slow");
    const cut = answer.then(
      () => false,
      () => true,
    );
    const again = setInterval(() => gateway.process.kill("SIGINT"), 100);
    const { code } = await gateway.ended;
    clearInterval(again);
    expect([code, await cut]).to.deep.equal([1, true]);
  });

  it("exits 78 with all problems of a configuration that can't be used", async () => {
    await folder.write("gateway.yaml", 'upstream: { url: "here" }\nlistn: {}\n');
    const { code, stdout, stderr } = await sidehook(["start"], { cwd: folder.path });
    expect([code, stdout]).to.deep.equal([78, ""]);
    expect(stderr).to.match(/^gateway\.yaml:1:18: .+\ngateway\.yaml:2:1: .+\n$/);
  });

  it("exits 78 when there is no configuration, and names the file", async () => {
    const { code, stderr } = await sidehook(["start", "-c", "nowhere.yaml"], { cwd: folder.path });
    expect(code).to.equal(78);
    expect(stderr).to.match(/^nowhere\.yaml:1:1: can't read the file/);
  });

  for (const which of ["PORT", "ADMIN_PORT"] as const) {
    it(`exits 75 when another process has the ${which}, and names it`, async () => {
      const { code, stderr } = await start({ [which]: String(upstream.port) }).ended;
      expect(code).to.equal(75);
      expect(stderr).to.equal(
        `can't listen on 127.0.0.1:${upstream.port}: another process has this port\n`,
      );
    });
  }

  it("exits 75 when another process has the store, and leaves that one alone", async () => {
    const first = start();
    const { url } = await first.serving;
    const { code, stderr } = await start().ended;
    expect(code).to.equal(75);
    expect(stderr).to.include("history.db").and.include("another process");
    expect((await fetch(`${url}/posts/1`)).status).to.equal(200);
  });

  it("can open the store of a process that was killed", async () => {
    const first = start();
    await first.serving;
    first.process.kill("SIGKILL");
    await first.ended;
    const { url } = await start().serving;
    expect((await fetch(`${url}/posts/1`)).status).to.equal(200);
  });

  it("exits 75 when the store is not a database, and names the file", async () => {
    await folder.write("history.db", "This is a letter, not a database. ".repeat(100));
    const { code, stderr } = await start().ended;
    expect(code).to.equal(75);
    expect(stderr).to.include("history.db");
  });
});

const post = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: '{"title":"A new day"}',
};

const configFor = (url: string) => `
listen: { port: "\${PORT:-0}" }
admin: { port: "\${ADMIN_PORT:-0}" }
upstream: { url: "${url}" }
store: { url: "sqlite:./history.db" }
workflows:
  greet:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps: [{ type: response-message, message: Hello }]
`;

/** Whether connections there are refused by now. */
function refuses(url: string): Promise<boolean> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", () => resolve(true));
  });
}
