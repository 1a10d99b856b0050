import { chmod, readFile, readdir, rm, stat } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { expect } from "chai";
import type { RunDetail, RunPage } from "../../src/model/history.ts";
import { openLasting } from "../../src/store/lasting.js";
import { type Running, type Urls, folderWith, run } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { testPostgres } from "../support/postgres.ts";
import { type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";

/** Texts that must never be found in the store, in a log, or on the admin port. */
const HIDDEN = "HIDE-ME-FROM-ALL-FILES";
const [PASSWORD, TOKEN] = [`${HIDDEN}-password`, `${HIDDEN}-access-token`];

describe("a queued run that signs in and then calls", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  let upstream: TestUpstream;
  let folder: Awaited<ReturnType<typeof folderWith>>;
  /** Calls that are not answered until then. */
  let held: ServerResponse[];
  let answers: boolean;
  const started: Running[] = [];
  beforeEach(async () => {
    [held, answers] = [[], false];
    upstream = await startUpstream((request, response) => {
      if (request.url === "/token") answerJson(response, 200, { access_token: TOKEN });
      else if (answers) answerJson(response, 201, { id: 7, api_key: TOKEN });
      else held.push(response);
    });
    folder = await folderWith({ "gateway.yaml": configFor(upstream.url) });
  });
  afterEach(async () => {
    for (const { process } of started) process.kill("SIGKILL");
    await Promise.all(started.splice(0).map(({ ended }) => ended));
    await upstream.stop();
    await folder.remove();
  });

  const start = async (config = "gateway.yaml") => {
    const gateway = run<Urls>("bin/sidehook.js", ["start", "--config", config], {
      cwd: folder.path,
    });
    started.push(gateway);
    return { ...(await gateway.serving), ...gateway };
  };
  const calls = () => upstream.asked.filter(({ url }) => url === "/orders");
  /** All bytes that the store has on the disk: the database, its log of changes, and what lies beside. */
  const mustHideAll = async () => {
    const names = await readdir(join(folder.path, "data"));
    expect(names).to.include.members(["sidehook.db", "sidehook.db.key"]);
    for (const name of names) {
      const bytes = await readFile(join(folder.path, "data", name));
      for (const spelt of spellings)
        expect(bytes.includes(spelt), `${name}: ${spelt}`).to.equal(false);
    }
  };
  const sealedParts = () => {
    const database = openLasting(join(folder.path, "data", "sidehook.db"));
    const parts = database.prepare("select part from sealed order by part").pluck().all();
    database.close();
    return parts;
  };
  /** A gateway that is killed when the run has signed in, and its call is under way. */
  const killedBetween = async () => {
    const first = await start();
    expect((await ordered(first.url)).status).to.equal(200);
    await eventually(() => expect(calls()).to.have.length(1));
    expect(JSON.stringify(await runsOf(first.adminUrl))).not.to.contain(HIDDEN);
    first.process.kill("SIGKILL");
    const { stdout, stderr } = await first.ended;
    expect(stdout + stderr).not.to.contain(HIDDEN);
    await mustHideAll();
    expect(sealedParts()).to.deep.equal(["step 0", "trigger"]);
    answers = true;
  };

  it("and is killed between the two calls with the token it has, and leaves no secret in any file", async () => {
    await killedBetween();
    const second = await start();
    await eventually(async () => {
      const [only] = await runsOf(second.adminUrl);
      expect(only).to.include({ status: "succeeded", attempt: 1 });
    });
    const [before, after] = calls();
    expect(upstream.lines()).to.deep.equal(["POST /token", "POST /orders", "POST /orders"]);
    expect(upstream.asked[0]?.body.toString()).to.contain(PASSWORD);
    for (const call of [before, after]) {
      expect(call?.headers).to.include(`Bearer ${TOKEN}`);
      expect(JSON.parse(String(call?.body))).to.deep.equal({ item: 1, by: PASSWORD });
    }
    expect(after?.headers).to.include.members(keyOf(before?.headers));
    const [shown] = await runsOf(second.adminUrl);
    expect(shown?.trigger).to.have.nested.property("body.password", "[redacted]");
    expect(shown?.steps[0]?.result).to.have.nested.property("data.access_token", "[redacted]");
    expect(JSON.stringify(shown)).not.to.contain(HIDDEN);
    await mustHideAll();
    second.process.kill("SIGTERM");
    const { stdout, stderr } = await second.ended;
    expect(stdout + stderr).not.to.contain(HIDDEN);
    await mustHideAll();
    expect(sealedParts()).to.deep.equal([]);
  });

  it("goes on in another instance, on Postgres, with the token that the first had", async function () {
    const server = await testPostgres();
    if (server === null) return this.skip();
    const url = await server.newDatabase();
    try {
      const store = `store: { url: "${url}", key: the-key-of-all-instances }`;
      await folder.write("postgres.yaml", `${store}${configFor(upstream.url)}`);
      const [first, second] = [await start("postgres.yaml"), await start("postgres.yaml")];
      expect((await ordered(first.url)).status).to.equal(200);
      await eventually(() => expect(calls()).to.have.length(1));
      answers = true;
      // The one that has accepted it has claimed it in the same transaction.
      first.process.kill("SIGKILL");
      await eventually(async () => {
        const [only] = await runsOf(second.adminUrl);
        expect(only).to.include({ status: "succeeded", attempt: 1 });
      });
      for (const call of calls()) expect(call.headers).to.include(`Bearer ${TOKEN}`);
      expect(upstream.lines()).to.deep.equal(["POST /token", "POST /orders", "POST /orders"]);
      expect(JSON.stringify(await runsOf(second.adminUrl))).not.to.contain(HIDDEN);
      second.process.kill("SIGTERM");
      await second.ended;
    } finally {
      await server.dropDatabase(url);
    }
  });

  it("ends errored where the key is lost, and says what to do; runs without secrets go on", async () => {
    await killedBetween();
    await rm(join(folder.path, "data", "sidehook.db.key"));
    const second = await start();
    expect((await ordered(second.url, "open")).status).to.equal(200);
    await eventually(async () => {
      const runs = await runsOf(second.adminUrl);
      expect(runs.map(({ status }) => status)).to.have.members(["errored", "succeeded"]);
    });
    const lost = (await runsOf(second.adminUrl)).find(({ status }) => status === "errored");
    expect(lost?.error).to.include({ code: "SEALED_UNREADABLE", step: "" });
    expect(lost?.error?.message).to.match(/store\.key no longer has the key that sealed them/);
    expect(calls()).to.have.length(1);
    expect(sealedParts()).to.deep.equal([]);
  });

  it("has a key that is its owner's alone; a start is refused while others may read it", async () => {
    const gateway = await start();
    gateway.process.kill("SIGTERM");
    await gateway.ended;
    const key = join(folder.path, "data", "sidehook.db.key");
    expect(((await stat(key)).mode & 0o777).toString(8)).to.equal("600");
    expect(Buffer.from(await readFile(key, "utf8"), "base64")).to.have.length(32);
    await chmod(key, 0o640);
    const refused = run("bin/sidehook.js", ["start"], { cwd: folder.path });
    started.push(refused);
    const { code, stderr } = await refused.ended;
    expect(code).to.equal(75);
    expect(stderr).to.contain("can be read by others (mode 640)");
    expect(stderr).to.contain("chmod 600");
  });
});

const ordered = (url: string, workflow = "order") =>
  fetch(`${url}/webhook:trigger/${workflow}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ item: 1, password: PASSWORD }),
  });

const runsOf = async (adminUrl: string): Promise<RunDetail[]> => {
  const { runs } = (await (await fetch(`${adminUrl}/runs`)).json()) as RunPage;
  return Promise.all(
    runs.map(async ({ id }) => (await fetch(`${adminUrl}/runs/${id}`)).json()),
  ) as Promise<RunDetail[]>;
};

/** The secrets as they may stand in a file: plain, and in base64, whatever stands before them. */
const spellings = [
  HIDDEN,
  ...["", "a", "ab"].map((before) => {
    const text = before + HIDDEN;
    const whole = Buffer.from(text.slice(0, text.length - (text.length % 3))).toString("base64");
    return before === "" ? whole : whole.slice(4);
  }),
];

const keyOf = (headers: readonly string[] = []): string[] => {
  const at = headers.findIndex((name) => name.toLowerCase() === "idempotency-key");
  return headers.slice(at + 1, at + 2);
};

const configFor = (upstream: string) => `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: "${upstream}" }
identity: none
log: { level: debug, format: json }
workflows:
  order:
    trigger: { type: webhook }
    steps:
      - id: sign_in
        type: request
        method: POST
        url: ${upstream}/token
        body: { grant_type: password, password: "\${{ trigger.body.password }}" }
      - id: call
        type: request
        method: POST
        url: ${upstream}/orders
        headers: { Authorization: "Bearer \${{ steps.sign_in.data.access_token }}" }
        body: { item: "\${{ trigger.body.item }}", by: "\${{ trigger.body.password }}" }
      - { type: variable, name: copy, value: "\${{ steps.sign_in.data.access_token }}" }
      - { type: log, message: "It is \${{ vars.copy }}" }
      - { type: response-message, message: "It was \${{ vars.copy }}" }
  open:
    trigger: { type: webhook, parse: { body: [item] } }
    steps:
      - { type: calculation, value: "\${{ trigger.body.item }}" }
`;
