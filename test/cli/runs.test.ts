import { expect } from "chai";
import type { RunPage } from "../../src/model/history.ts";
import {
  type Ended,
  type Running,
  type Urls,
  folderWith,
  run,
  sidehook,
} from "../support/command.ts";
import { until } from "../support/until.ts";

const CONFIG = `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: http://127.0.0.1:9 }
identity: none
workflows:
  hello:
    title: "Says\\thello"
    trigger: { type: custom-action, context: none }
    steps: [{ id: say, type: response-message, message: hi }]
  patient:
    trigger: { type: custom-action, context: none, sync: false }
    steps:
      - id: each
        type: loop
        over: \${{ [1] }}
        steps: [{ id: inner, type: calculation, value: 1 }]
      - { id: pause, type: delay, for: 1h }
`;

/** No run has this id. */
const NO_RUN = "0192f0c1-2345-7abc-8def-0123456789ab";

const trigger = (url: string, key: string) =>
  fetch(`${url}/workflows:trigger?triggerWorkflows=${key}`, { method: "POST" });

describe("sidehook runs and sidehook workflows", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  let folder: Awaited<ReturnType<typeof folderWith>>;
  const started: Running[] = [];

  beforeEach(async () => (folder = await folderWith({ "gateway.yaml": CONFIG })));
  afterEach(async () => {
    for (const { process } of started) process.kill("SIGKILL");
    await Promise.all(started.splice(0).map(({ ended }) => ended));
    await folder.remove();
  });

  const command = (...args: string[]): Promise<Ended> => sidehook(args, { cwd: folder.path });

  async function gateway() {
    const running = run<Urls>("bin/sidehook.js", ["start"], { cwd: folder.path });
    started.push(running);
    return { running, ...(await running.serving) };
  }

  const told = async (...args: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await command(...args, "--json");
    expect([code, stderr]).to.deep.equal([0, ""]);
    return JSON.parse(stdout);
  };
  const listed = async (...filters: string[]) => ((await told("runs", ...filters)) as RunPage).runs;

  const ids = async (...filters: string[]) => (await listed(...filters)).map(({ id }) => id);

  /** A gateway that has done `hello` and waits in `patient`, newest first. */
  async function withTwoRuns() {
    const { running, url, adminUrl } = await gateway();
    await trigger(url, "hello");
    await trigger(url, "patient");
    const asked = async () => ((await (await fetch(`${adminUrl}/runs`)).json()) as RunPage).runs;
    await until(
      async () => (await asked()).map((one) => one.status).join() === "waiting,succeeded",
    );
    const [patient, hello] = await asked();
    return { running, adminUrl, patient: patient?.id ?? "", hello: hello?.id ?? "" };
  }

  it("list the runs of a running gateway as its admin port does", async () => {
    const { adminUrl } = await withTwoRuns();
    expect(await told("runs")).to.deep.equal(await (await fetch(`${adminUrl}/runs`)).json());
    expect(await told("workflows")).to.deep.equal(
      await (await fetch(`${adminUrl}/workflows`)).json(),
    );
  });

  it("show one run as the admin port does", async () => {
    const { adminUrl, patient } = await withTwoRuns();
    expect(await told("runs", "show", patient)).to.deep.equal(
      await (await fetch(`${adminUrl}/runs/${patient}`)).json(),
    );
  });

  it("list the runs of a gateway that has stopped", async () => {
    const { running, patient, hello } = await withTwoRuns();
    running.process.kill("SIGTERM");
    await running.ended;
    expect((await listed()).map(({ id }) => id)).to.deep.equal([patient, hello]);
  });

  it("list only the runs that are asked for, page by page", async () => {
    const { patient, hello } = await withTwoRuns();
    expect(await ids("--status", "waiting")).to.deep.equal([patient]);
    expect(await ids("--workflow", "hello")).to.deep.equal([hello]);
    expect(await ids("--limit", "1")).to.deep.equal([patient]);
    expect(await ids("--before", patient)).to.deep.equal([hello]);
  });

  it("write one line a run into a pipe, its cells between tabs and without colours", async () => {
    const { patient, hello } = await withTwoRuns();
    const { stdout } = await command("runs");
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(rows.map((cells) => cells.slice(0, 4))).to.deep.equal([
      [patient, "patient", "custom-action", "waiting"],
      [hello, "hello", "custom-action", "succeeded"],
    ]);
    expect((await command("workflows")).stdout).to.equal(
      "hello\tSays hello\tcustom-action\tyes\t1\t1 succeeded\n" +
        "patient\t\tcustom-action\tyes\t2\t1 waiting\n",
    );
  });

  it("colour what stands in a pipe where FORCE_COLOR asks for it", async () => {
    await withTwoRuns();
    const { stdout } = await sidehook(["runs"], { cwd: folder.path, env: { FORCE_COLOR: "1" } });
    expect(stdout).to.include("\u001B[32msucceeded");
  });

  it("show a run's steps as a tree", async () => {
    const { patient } = await withTwoRuns();
    const { stdout } = await command("runs", "show", patient);
    const [facts, tree = ""] = stdout.split("\n\n");
    expect(facts).to.match(/^run +[-0-9a-f]{36}\nworkflow +patient\nstatus +waiting, since /);
    expect(tree.replaceAll(/[\d.]+ ms/g, "1 ms")).to.equal(
      "└─ each  loop  succeeded  1 ms\n   └─ [0]\n      └─ inner  calculation  succeeded  1 ms\n",
    );
  });

  it("say that there is no such run, with exit code 1", async () => {
    const { running } = await gateway();
    running.process.kill("SIGTERM");
    await running.ended;
    const { code, stdout, stderr } = await command("runs", "show", NO_RUN);
    expect([code, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.include(`There is no run ${NO_RUN}`);
  });

  it("make no store where there is none, and say what makes it", async () => {
    for (const args of [["runs"], ["workflows"], ["runs", "show", NO_RUN]]) {
      const { code, stdout, stderr } = await command(...args);
      expect([code, stdout]).to.deep.equal([75, ""]);
      expect(stderr).to.include("it is not there yet; sidehook start makes it");
    }
    expect(await folder.names()).to.deep.equal(["gateway.yaml"]);
  });

  it("exit with 78 where the configuration can't be used", async () => {
    expect((await command("runs", "--config", "none.yaml")).code).to.equal(78);
    expect((await command("workflows", "--config", "none.yaml")).code).to.equal(78);
  });

  for (const args of [
    ["runs", "--status", "done"],
    ["runs", "--limit", "0"],
    ["runs", "--before", "yesterday"],
    ["runs", "what"],
    ["runs", "show"],
    ["runs", "show", "0192"],
    ["workflows", "hello"],
  ]) {
    it(`exit with 64 at wrong usage: ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await command(...args);
      expect([code, stdout]).to.deep.equal([64, ""]);
      expect(stderr).not.to.equal("");
    });
  }
});
