import { expect } from "chai";
import type { RunDetail, RunPage } from "../../src/model/history.ts";
import { eventually } from "../support/eventually.ts";
import { type Running, type Urls, folderWith, run } from "../support/command.ts";
import { type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";

/** A line of the log about a run that erred. */
interface Line {
  readonly level: number;
  readonly run: string;
  readonly workflow: string;
  readonly step: string;
  readonly message: string;
  readonly answered?: { readonly status: number; readonly body: string };
}

describe("a run that errs", function () {
  this.timeout(120_000);

  let upstream: TestUpstream;
  let folder: Awaited<ReturnType<typeof folderWith>>;
  let gateway: Running<Urls>;
  beforeEach(async () => {
    upstream = await startUpstream((request, response) => {
      const refuses = request.url?.startsWith("/articles");
      const why = { error: "no such field: colour", password: "hunter22", more: "é".repeat(2_000) };
      answerJson(response, refuses ? 400 : 201, refuses ? why : { id: 7 });
    });
    folder = await folderWith({ "gateway.yaml": configFor(upstream.url) });
    gateway = run<Urls>("bin/sidehook.js", ["start"], { cwd: folder.path });
  });
  afterEach(async () => {
    gateway.process.kill("SIGKILL");
    await gateway.ended;
    await upstream.stop();
    await folder.remove();
  });

  /** Posts a record; gives what the log says of runs that erred, and the newest run of each workflow that did. */
  async function after(path: string) {
    const { url, adminUrl } = await gateway.serving;
    const headers = { "content-type": "application/json" };
    const sent = { method: "POST", headers, body: '{"title":"a"}' };
    const answer = await fetch(`${url}${path}`, sent);
    let erred: readonly RunDetail[] = [];
    await eventually(async () => {
      const page = await (await fetch(`${adminUrl}/runs`)).json();
      const { runs } = page as RunPage;
      expect(runs.filter(({ status }) => !["errored", "succeeded"].includes(status))).to.be.empty;
      const ids = runs.filter(({ status }) => status === "errored").map(({ id }) => id);
      expect(ids).not.to.be.empty;
      erred = await Promise.all(
        ids.map(async (id) => (await (await fetch(`${adminUrl}/runs/${id}`)).json()) as RunDetail),
      );
    });
    gateway.process.kill("SIGTERM");
    const { stdout } = await gateway.ended;
    const lines = stdout
      .split("\n")
      .filter((line) => line.includes("a run erred"))
      .map((line) => JSON.parse(line) as Line);
    return { status: answer.status, body: await answer.text(), lines, erred };
  }

  for (const [what, path, workflow, status] of [
    ["while a client waits", "/posts", "guard", 500],
    ["queued", "/notes", "later", 201],
  ] as const) {
    it(`is logged once, with what the upstream answered, as it is recorded: ${what}`, async () => {
      const { lines, erred, ...answer } = await after(path);
      expect(answer.status).to.equal(status);
      expect(answer.body).not.to.include("colour");
      expect(lines).to.have.length(1);
      const [line] = lines;
      expect(line).to.include({ level: 50, run: erred[0]?.id, workflow, step: "look" });
      expect(line?.message).to.equal("GET articles was answered 400 by the upstream");
      expect(line?.answered?.status).to.equal(400);
      expect(line?.answered?.body).to.match(/^\{"error":"no such field: colour"/);
      expect(line?.answered?.body).to.include('"password":"[redacted]"');
      expect(Buffer.byteLength(line?.answered?.body ?? "")).to.be.within(1_000, 1_024);
      expect(erred[0]?.error?.answered).to.deep.equal(line?.answered);
    });
  }

  it("is logged once where others err because of it", async () => {
    const { status, lines, erred } = await after("/pages");
    expect(status).to.equal(500);
    expect(erred.map(({ workflow }) => workflow)).to.have.members(["parent", "child"]);
    expect(lines.map(({ workflow, step }) => [workflow, step])).to.deep.equal([["child", "look"]]);
    const child = erred.find(({ workflow }) => workflow === "child");
    const parent = erred.find(({ workflow }) => workflow === "parent");
    expect(parent?.error).to.include({ code: "SUBFLOW_FAILED", child: child?.id });
  });
});

const LOOK = "{ id: look, type: query, collection: articles, filter: { colour: red } }";

const configFor = (upstream: string) => `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: "${upstream}" }
identity: none
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - ${LOOK}
  later:
    trigger: { type: post-action, collection: notes, global: true, actions: [create] }
    steps:
      - ${LOOK}
  parent:
    trigger: { type: pre-action, collection: pages, global: true, actions: [create] }
    steps:
      - { type: subflow, workflow: child }
  child:
    trigger: { type: subflow }
    steps:
      - ${LOOK}
`;
