import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { RunSummary } from "../../src/model/history.ts";
import { type Running, type Urls, folderWith, run, sidehook } from "../support/command.ts";

const CONFIG = `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: http://127.0.0.1:9 }
identity: none
workflows:
  hello:
    trigger: { type: custom-action, context: none }
    steps: [{ id: say, type: response-message, message: hi }]
  refuse:
    trigger: { type: custom-action, context: none }
    steps: [{ type: end, status: failed }]
`;

const trigger = (url: string, key: string) =>
  fetch(`${url}/workflows:trigger?triggerWorkflows=${key}`, { method: "POST" });

/** Makes runs of a workflow until a follower has written such a text: then it has begun to follow. */
async function triggerUntil(url: string, key: string, follower: Running, text: RegExp) {
  const heard = follower.said(text).then(() => true);
  while (!(await Promise.race([heard, sleep(50, false)]))) await trigger(url, key);
}

describe("sidehook runs tail", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  let folder: Awaited<ReturnType<typeof folderWith>>;
  const started: Running[] = [];

  beforeEach(async () => (folder = await folderWith({ "gateway.yaml": CONFIG })));
  afterEach(async () => {
    for (const { process } of started) process.kill("SIGKILL");
    await Promise.all(started.splice(0).map(({ ended }) => ended));
    await folder.remove();
  });

  function running<Address>(...args: string[]): Running<Address> {
    const one = run<Address>("bin/sidehook.js", args, { cwd: folder.path });
    started.push(one);
    return one;
  }

  it("tells of each run once when it ends, and ends at Ctrl-C with exit code 0", async () => {
    const { url } = await running<Urls>("start").serving;
    const follower = running("runs", "tail", "--json");
    await triggerUntil(url, "hello", follower, /\n/);
    await trigger(url, "refuse");
    await follower.said(/"refuse"/);
    follower.process.kill("SIGINT");
    const { code, stdout, stderr } = await follower.ended;
    expect([code, stderr]).to.deep.equal([0, ""]);
    const told = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as RunSummary);
    expect(new Set(told.map(({ id }) => id)).size).to.equal(told.length);
    expect(told.find(({ workflow }) => workflow === "refuse")).to.include({ status: "failed" });
  });

  it("tells only of the runs that are asked for", async () => {
    const { url } = await running<Urls>("start").serving;
    const all = running("runs", "tail");
    const refused = running("runs", "tail", "--status", "failed");
    await triggerUntil(url, "hello", all, /\n/);
    await triggerUntil(url, "refuse", refused, /refuse/);
    refused.process.kill("SIGTERM");
    const { code, stdout } = await refused.ended;
    expect(code).to.equal(0);
    expect(stdout).not.to.include("hello");
  });

  it("says what makes a store where there is none", async () => {
    const { code, stderr } = await sidehook(["runs", "tail"], { cwd: folder.path });
    expect(code).to.equal(75);
    expect(stderr).to.include("sidehook start makes it");
  });
});
