import { once } from "node:events";
import { rename } from "node:fs/promises";
import { type IncomingMessage, type ServerResponse, request as httpRequest } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { expect } from "chai";
import type { RunDetail, RunPage } from "../../src/model/history.ts";
import { type Running, type Urls, folderWith, run } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { until } from "../support/until.ts";
import { type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";

describe("a configuration that is reloaded", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  let first: TestUpstream;
  let second: TestUpstream;
  let held: ServerResponse[];
  let folder: Awaited<ReturnType<typeof folderWith>>;
  let gateway: Running<Urls>;
  let urls: Urls;

  beforeEach(async () => {
    held = [];
    const answering = (name: string) =>
      startUpstream((request, response) => {
        if (request.url?.includes("slow")) held.push(response);
        else answerJson(response, 200, { from: name });
      });
    [first, second] = await Promise.all([answering("first"), answering("second")]);
    folder = await folderWith({ "gateway.yaml": config({ upstream: first.url }) });
  });

  afterEach(async () => {
    gateway.process.kill("SIGKILL");
    await gateway.ended;
    await Promise.all([first.stop(), second.stop()]);
    await folder.remove();
  });

  async function start(...args: string[]): Promise<void> {
    gateway = run<Urls>("bin/sidehook.js", ["start", ...args], {
      cwd: folder.path,
      env: { API_TOKEN: "s3cret-t0ken" },
    });
    urls = await gateway.serving;
  }

  /** Replaces the file at once, so that no reload meets half of it. */
  const write = async (options: ConfigOptions) => {
    await folder.write("gateway.yaml~", config(options));
    await rename(join(folder.path, "gateway.yaml~"), join(folder.path, "gateway.yaml"));
  };
  const post = (path: string, init: RequestInit = {}) =>
    fetch(`${urls.adminUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      ...init,
    });
  const reload = () => post("/reload");
  const create = async (path = "/posts", record = {}) => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(record);
    const answer = await fetch(`${urls.url}${path}`, { method: "POST", headers, body });
    return { status: answer.status, said: messageOf(answer), body: await answer.json() };
  };
  const from = async (path = "/notes") =>
    ((await (await fetch(`${urls.url}${path}`)).json()) as { from: string }).from;
  const readyz = async () => {
    const answer = await fetch(`${urls.adminUrl}/readyz`);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const admin = async (path: string) => (await fetch(`${urls.adminUrl}${path}`)).json();
  const theRun = async (): Promise<RunDetail> => {
    const { runs } = (await admin("/runs")) as RunPage;
    return (await admin(`/runs/${runs.at(-1)?.id}`)) as RunDetail;
  };

  describe("serves from then on", () => {
    it("after POST /reload, whose answer tells its hash and when", async () => {
      await start();
      expect(await from()).to.equal("first");
      await write({ upstream: second.url, message: "new" });
      const answer = await reload();
      expect(answer.status).to.equal(200);
      const body = (await answer.json()) as Record<string, unknown>;
      expect(body).to.include({ ok: true, message: "the configuration was reloaded" });
      expect(body["hash"]).to.match(/^[0-9a-f]{64}$/);
      expect(new Date(String(body["at"])).toISOString()).to.equal(body["at"]);
      expect(await from()).to.equal("second");
      expect(await create()).to.deep.include({ said: "new", body: { from: "second" } });
    });

    it("after SIGHUP", async () => {
      await start();
      await write({ upstream: second.url });
      gateway.process.kill("SIGHUP");
      await gateway.said(/the configuration was reloaded/);
      expect(await from()).to.equal("second");
    });

    it("with --watch once its file is replaced by another of the same name, as editors do", async () => {
      await start("--watch");
      await write({ upstream: second.url });
      await until(async () => (await from()) === "second");
    });

    it("with --watch once a file appears that a pattern of include names, and once that is changed", async () => {
      await start("--watch");
      await folder.write("more.flow.yaml", flow("one"));
      await until(async () => (await create("/pages")).said === "one");
      await folder.write("more.flow.yaml", flow("two"));
      await until(async () => (await create("/pages")).said === "two");
    });

    it("with --watch once the file that was wrong is put right, though it was never served", async () => {
      await start("--watch");
      await folder.write("more.flow.yaml", "workflows: { more: 1 }\n");
      await gateway.said(/more\.flow\.yaml:1:20/);
      await folder.write("more.flow.yaml", "workflows: {}\n");
      await gateway.said(/the configuration was reloaded/);
    });

    it("whichever was written last, however many ask for it at once", async () => {
      await start();
      const asked: Promise<Response>[] = [];
      for (let turn = 1; turn <= 20; turn++) {
        await write({ upstream: turn % 2 === 0 ? second.url : first.url, message: `turn ${turn}` });
        asked.push(reload());
        gateway.process.kill("SIGHUP");
      }
      const answers = await Promise.all(asked);
      expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]));
      expect(await create()).to.deep.include({ said: "turn 20", body: { from: "second" } });
    });

    it("with as many queued runs at work as it says", async () => {
      await write({ upstream: first.url, concurrency: 1 });
      await start();
      await create("/queued");
      await create("/queued");
      await until(() => held.length === 1);
      await write({ upstream: first.url, concurrency: 2 });
      await reload();
      // The second one begins beside the first, which is still held.
      await until(() => held.length === 2);
      for (const response of held) answerJson(response, 200, {});
    });

    it("with its level of the log, and with its secret fields", async () => {
      await write({ upstream: first.url, level: "error" });
      await start();
      await reload();
      await write({ upstream: first.url, level: "info", redact: "mark" });
      const { hash } = (await (await reload()).json()) as { hash: string };
      const [line] = await gateway.said(/.*the configuration was reloaded.*/);
      expect(JSON.parse(line)).to.include({ hash });
      await create("/queued", { mark: "x-marks-it" });
      await until(() => held.length === 1);
      for (const response of held) answerJson(response, 200, {});
      expect((await theRun()).trigger).to.have.nested.property("params.values.mark", "[redacted]");
    });

    it("with the heads that it takes of requests on new connections", async () => {
      await write({ upstream: first.url, heads: "2kb" });
      await start();
      const headers = { "x-long": "x".repeat(4_000) };
      expect((await fetch(`${urls.url}/notes`, { headers })).status).to.equal(431);
      await write({ upstream: first.url, heads: "8kb" });
      await reload();
      expect((await fetch(`${urls.url}/notes`, { headers })).status).to.equal(200);
    });
  });

  describe("leaves alone", () => {
    it("a request in flight that passes through: its upstream answers it, and no other", async () => {
      await start();
      const answer = fetch(`${urls.url}/slow`);
      await until(() => held.length === 1);
      await write({ upstream: second.url });
      await reload();
      expect(await from()).to.equal("second");
      for (const response of held) answerJson(response, 200, { from: "the first, late" });
      expect(await (await answer).json()).to.deep.equal({ from: "the first, late" });
      expect(second.lines()).to.deep.equal(["GET /notes"]);
    });

    it("a request in flight whose body comes late: it goes to the upstream that it came under", async () => {
      await start();
      const headers = { "content-length": 10, expect: "100-continue" };
      const sent = httpRequest(`${urls.url}/notes/1`, { method: "PUT", headers });
      sent.flushHeaders();
      // The gateway has the head when it asks for the rest.
      await once(sent, "continue");
      sent.write("half ");
      await write({ upstream: second.url });
      await reload();
      sent.end("whole");
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      expect(await json(answer)).to.deep.equal({ from: "first" });
      expect(first.asked.at(-1)?.body.toString()).to.equal("half whole");
    });

    it("a request that workflows look at: those of its own configuration run around it", async () => {
      await write({ upstream: first.url, message: "old" });
      await start();
      const answer = create("/posts?slow");
      await until(() => held.length === 1);
      await write({ upstream: second.url, message: "new" });
      await reload();
      expect((await create()).said).to.equal("new");
      for (const response of held) answerJson(response, 201, { from: "first" });
      expect(await answer).to.deep.include({ status: 201, said: "old", body: { from: "first" } });
    });

    it("a queued run at work: its steps are those of the definition that it began with", async () => {
      await write({ upstream: first.url, message: "old" });
      await start();
      await create("/queued");
      await until(() => held.length === 1);
      await write({ upstream: second.url, message: "new" });
      await reload();
      for (const response of held) answerJson(response, 200, {});
      await eventually(async () => expect((await theRun()).status).to.equal("succeeded"));
      expect((await theRun()).messages).to.deep.equal(["old"]);
      expect(second.lines()).to.deep.equal([]);
    });
  });

  describe("is refused, and the one before serves,", () => {
    it("when it is wrong: the answer tells all that is wrong, as the log does", async () => {
      await start();
      await folder.write("gateway.yaml", 'upstream: { url: "here" }\nlistn: {}\n');
      const answer = await reload();
      expect(answer.status).to.equal(400);
      const { errors } = (await answer.json()) as { errors: Record<string, unknown>[] };
      expect(errors.map(({ code, file, line, col }) => [code, file, line, col])).to.deep.include([
        "CONFIGURATION_REFUSED",
        "gateway.yaml",
        1,
        18,
      ]);
      expect(errors.map(({ line }) => line)).to.deep.include(2);
      expect(errors[0]?.["message"]).to.match(/^gateway\.yaml:1:18: upstream\.url: /);
      await gateway.said(/gateway\.yaml:1:18: upstream\.url: /);
      await gateway.said(/gateway\.yaml:2:1: /);
      expect(await from()).to.equal("first");
    });

    it("when it is wrong, which /readyz says with 200 until one is taken", async () => {
      await start();
      expect(await readyz()).to.deep.equal({ status: 200, body: { status: "ok" } });
      await folder.write("gateway.yaml", "upstream: 1\n");
      await reload();
      const { status, body } = await readyz();
      expect(status).to.equal(200);
      expect(body["lastReload"]).to.include({ ok: false });
      expect((body["lastReload"] as { message: string }).message).to.include("gateway.yaml:1:11: ");
      await write({ upstream: first.url });
      await reload();
      expect((await readyz()).body).to.deep.equal({ status: "ok" });
    });

    it("when its file is gone", async () => {
      await start();
      await rename(join(folder.path, "gateway.yaml"), join(folder.path, "away.yaml"));
      const answer = await reload();
      expect(answer.status).to.equal(400);
      expect(JSON.stringify(await answer.json())).to.include(
        "gateway.yaml:1:1: can't read the file",
      );
      expect(await from()).to.equal("first");
    });

    for (const [section, key] of [
      ["listen", "port"],
      ["admin", "users"],
      ["store", "url"],
    ] as const) {
      it(`when it changes ${section}: a restart is needed, which the message says`, async () => {
        await start();
        await write({ upstream: second.url, [section]: true });
        const answer = await reload();
        expect(answer.status).to.equal(400);
        const { errors } = (await answer.json()) as { errors: { message: string }[] };
        expect(errors).to.have.length(1);
        expect(errors[0]?.message).to.match(
          new RegExp(`^gateway\\.yaml:\\d+:\\d+: ${section}\\.${key}: .*restart`),
        );
        expect(await from()).to.equal("first");
      });
    }
  });

  it("lets the gateway stop in order, and exit 0, while reloads are asked for", async () => {
    await start();
    const answer = fetch(`${urls.url}/slow`);
    await until(() => held.length === 1);
    const asked = Array.from({ length: 10 }, () => reload().catch(() => null));
    gateway.process.kill("SIGHUP");
    gateway.process.kill("SIGTERM");
    await gateway.said(/stopping/);
    for (const response of held) answerJson(response, 200, { from: "first" });
    expect(await (await answer).json()).to.deep.equal({ from: "first" });
    expect((await gateway.ended).code).to.equal(0);
    await Promise.all(asked);
  });

  it("keeps hidden in the log what an earlier one read as a secret", async () => {
    await write({ upstream: first.url, secret: true });
    await start();
    await write({ upstream: first.url, message: "s3cret-t0ken" });
    expect((await reload()).status).to.equal(200);
    await folder.write("gateway.yaml", "s3cret-t0ken: 1\n");
    const answer = await reload();
    expect(answer.status).to.equal(400);
    expect(await answer.text()).not.to.include("s3cret-t0ken");
    gateway.process.kill("SIGTERM");
    const { stdout } = await gateway.ended;
    expect(stdout).to.include("[redacted]").and.not.to.include("s3cret-t0ken");
  });
});

/** What a configuration of these tests says beside its defaults. */
interface ConfigOptions {
  readonly upstream: string;
  readonly message?: string;
  readonly concurrency?: number;
  readonly redact?: string;
  readonly heads?: string;
  readonly level?: string;
  /** Whether a workflow reads a secret. */
  readonly secret?: boolean;
  /** Whether these sections are others. */
  readonly listen?: boolean;
  readonly admin?: boolean;
  readonly store?: boolean;
}

const config = ({
  upstream,
  message = "hello",
  concurrency = 16,
  redact = "none",
  heads = "16kb",
  level = "info",
  secret = false,
  listen = false,
  admin = false,
  store = false,
}: ConfigOptions) => `
listen: { port: ${listen ? 1 : 0} }
admin: { port: 0, users: ${admin ? "{ ann: secret }" : "{}"} }
upstream: { url: "${upstream}" }
identity: none
store: { url: "sqlite:./${store ? "other" : "history"}.db" }
runs: { concurrency: ${concurrency} }
limits: { headers: ${heads} }
redact: [${redact}]
log: { level: ${level} }
include: ["*.flow.yaml"]
workflows:
  greet:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps: [{ type: response-message, message: "${message}" }]
  later:
    trigger: { type: post-action, collection: queued, global: true, actions: [create], sync: false }
    steps:
      - { type: request, url: "${upstream}/slow" }
      - { type: response-message, message: "${message}" }
${secret ? "  hush:\n    trigger: { type: subflow }\n    steps: [{ type: log, message: '${{ secrets.API_TOKEN }}' }]" : ""}
`;

/** A file of workflows that gives a message at each page. */
const flow = (message: string) =>
  `workflows: { more: { trigger: { type: pre-action, collection: pages, global: true, actions: [create] }, steps: [{ type: response-message, message: ${message} }] } }\n`;

/** The message that workflows gave. */
function messageOf(answer: Response): string | null {
  const header = answer.headers.get("workflow-messages");
  if (header === null) return null;
  return (JSON.parse(header) as { message: string }[]).map(({ message }) => message).join();
}
