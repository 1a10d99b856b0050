import { join } from "node:path";
import { expect } from "chai";
import request from "supertest";
import type { RunDetail, RunPage } from "../../src/model/history.ts";
import { type Running, type Urls, folderWith, run, sidehook } from "../support/command.ts";
import { onPostgres } from "../support/on-postgres.ts";
import { until } from "../support/until.ts";
import { type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";

/** No run has this id. */
const NO_RUN = "0192f0c1-2345-7abc-8def-0123456789ab";

onPostgres("the commands, where a gateway is moved to Postgres", function (server) {
  this.timeout(120_000); // processes start slowly on a busy machine

  let upstream: TestUpstream;
  let folder: Awaited<ReturnType<typeof folderWith>>;
  let postgres: string;
  let gateway: Running<Urls> | null = null;
  let adminUrl: string;
  /** Of the two runs of the workflow `after`: one waits, and one was never told whether its action has succeeded. */
  let waits: string;
  let isOpen: string;

  const command = (store: string, ...args: string[]) =>
    sidehook(args, { cwd: folder.path, env: { STORE_URL: store } });
  const told = async (...args: string[]) => {
    const { code, stdout, stderr } = await command(postgres, ...args);
    expect(code, stderr).to.equal(0);
    expect(stdout + stderr).to.not.include("secret-of-the-test");
    return stdout;
  };
  const start = async (store: string): Promise<Urls> => {
    gateway = run<Urls>("bin/sidehook.js", ["start"], {
      cwd: folder.path,
      env: { STORE_URL: store },
    });
    return gateway.serving;
  };
  const end = async () => {
    gateway?.process.kill("SIGKILL");
    await gateway?.ended;
  };

  before(async () => {
    let acted = 0;
    upstream = await startUpstream((_request, response) => {
      // The second is under way as the gateway is killed.
      if (++acted === 1) answerJson(response, 201, { id: 1 });
    });
    folder = await folderWith({ "gateway.yaml": configOf(upstream.url) });
    const file = `sqlite:${join(folder.path, "history.db")}`;
    const { url, adminUrl: before } = await start(file);
    await request(url).post("/posts").send({}).expect(201);
    await until(async () => {
      const { body } = await request(before).get("/runs?status=waiting");
      return (body as RunPage).runs.length === 1;
    });
    request(url)
      .post("/posts")
      .send({})
      .then(
        () => {},
        () => {},
      );
    await until(() => acted === 2);
    await end();

    postgres = await server.newDatabase();
    const copied = await command(file, "store", "copy", postgres);
    expect(copied).to.include({ code: 0, stderr: "" });
    expect(copied.stdout)
      .to.match(/^runs 1$/m)
      .and.match(/^queue 1$/m)
      .and.match(/^intents 1$/m);
    ({ adminUrl } = await start(postgres));
    await until(async () => (await ids("unconfirmed")).length === 1);
    [waits = "", isOpen = ""] = [...(await ids("waiting")), ...(await ids("unconfirmed"))];
  });
  after(async () => {
    await end();
    await upstream.stop();
    await folder.remove();
    await server.dropDatabase(postgres);
  });

  const ids = async (status: string) => {
    const { runs } = JSON.parse(await told("runs", "--status", status, "--json")) as RunPage;
    return runs.map(({ id }) => id);
  };

  it("store copy copies nothing to a database that a gateway uses", async () => {
    const file = `sqlite:${join(folder.path, "other.db")}`;
    const { code, stderr } = await command(file, "store", "copy", postgres);
    expect(code).to.equal(75);
    expect(stderr)
      .to.match(/a gateway uses it|not empty/)
      .and.not.include("secret-of-the-test");
  });

  it("runs lists what was copied, and what has become of it", async () => {
    const rows = (await told("runs")).split("\n");
    expect(rows.find((row) => row.includes(waits))).to.match(
      /\tafter\t.*\twaiting\t|\twaiting\t.*\tafter\t/,
    );
    expect(rows.find((row) => row.includes(isOpen))).to.include("unconfirmed");
  });

  it("runs show shows one with its steps, and says that there is none of another id", async () => {
    expect(await told("runs", "show", waits)).to.include("waiting");
    const shown = JSON.parse(await told("runs", "show", waits, "--json")) as RunDetail;
    const { body } = await request(adminUrl).get(`/runs/${waits}`).expect(200);
    expect(shown).to.deep.equal(body);
    const { code, stderr } = await command(postgres, "runs", "show", NO_RUN);
    expect(code).to.equal(1);
    expect(stderr).to.include(`There is no run ${NO_RUN}`);
  });

  it("workflows counts the runs of each", async () => {
    expect(await told("workflows")).to.match(/^after\t.*\t1 \w+, 1 \w+$/m);
    const { body } = await request(adminUrl).get("/workflows").expect(200);
    expect(JSON.parse(await told("workflows", "--json"))).to.deep.equal(body);
  });

  it("check needs no database", async () => {
    const { code, stdout, stderr } = await command("postgres://a:s3cret@127.0.0.1:1/no", "check");
    expect(code, stderr).to.equal(0);
    expect(stdout + stderr).to.not.include("s3cret");
  });

  it("runs resume has the gateway go on with a run that was copied", async () => {
    await told("runs", "resume", waits);
    await until(async () => (await ids("succeeded")).includes(waits));
  });

  it("runs dismiss sets the unconfirmed run aside, once, and no other", async () => {
    expect(await told("runs", "dismiss", isOpen)).to.equal(`${isOpen} dismissed\n`);
    const { body } = await request(adminUrl).get(`/runs/${isOpen}`).expect(200);
    expect((body as RunDetail).status).to.equal("dismissed");
    for (const id of [isOpen, waits]) {
      const again = await command(postgres, "runs", "dismiss", id);
      expect(again.code).to.equal(1);
      expect(again.stderr).to.include("only a run that is unconfirmed can be dismissed");
    }
  });
});

const configOf = (upstream: string) => `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: ${upstream} }
store: { url: "\${STORE_URL}", key: the key of both stores }
identity: none
workflows:
  after:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps:
      - { id: pause, type: delay, for: 1h }
      - { id: last, type: calculation, value: 2 }
`;
