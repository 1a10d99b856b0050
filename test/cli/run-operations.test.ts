import { expect } from "chai";
import type { ServerResponse } from "node:http";
import type { RunDetail, RunPage } from "../../src/model/history.ts";
import {
  type Ended,
  type Running,
  type Urls,
  folderWith,
  run,
  sidehook,
} from "../support/command.ts";
import { onBothStores, storePlace } from "../support/both-stores.ts";
import type { StorePlace } from "../support/store-contract.ts";
import { until } from "../support/until.ts";
import { type TestUpstream, startUpstream } from "../support/upstream.ts";

const configFor = (service: string, { url, keys }: StorePlace) => `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: ${service} }
store: { url: "${url}"${keys.length > 0 ? `, key: ${JSON.stringify(keys)}` : ""} }
egress: { allow: [127.0.0.1] }
identity: none
workflows:
  busy:
    trigger: { type: webhook }
    steps: [{ id: call, type: request, method: GET, url: "${service}/hang", timeout: 100s }]
  patient:
    trigger: { type: webhook }
    steps:
      - { id: first, type: calculation, value: 1 }
      - { id: pause, type: delay, for: 1h }
      - { id: last, type: calculation, value: 2 }
`;

/** No run has this id. */
const NO_RUN = "0192f0c1-2345-7abc-8def-0123456789ab";

async function byHand(adminUrl: string, key: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  const asked = { method: "POST", headers, body: "{}" };
  const answer = await fetch(`${adminUrl}/workflows/${key}/run`, asked);
  return ((await answer.json()) as RunDetail).id;
}

onBothStores("sidehook runs cancel, resume, dismiss and replay", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  let folder: Awaited<ReturnType<typeof folderWith>>;
  let service: TestUpstream;
  let store: StorePlace;
  let hanging: ServerResponse[];
  const started: Running[] = [];

  beforeEach(async () => {
    hanging = [];
    store = await storePlace();
    service = await startUpstream((_request, response) => void hanging.push(response));
    folder = await folderWith({ "gateway.yaml": configFor(service.url, store) });
  });
  afterEach(async () => {
    for (const { process } of started) process.kill("SIGKILL");
    await Promise.all(started.splice(0).map(({ ended }) => ended));
    await service.stop();
    await folder.remove();
    await store.remove();
  });

  const runs = (...args: string[]): Promise<Ended> =>
    sidehook(["runs", ...args], { cwd: folder.path });

  async function gateway() {
    const running = run<Urls>("bin/sidehook.js", ["start"], { cwd: folder.path });
    started.push(running);
    const { adminUrl } = await running.serving;
    const statusOf = async (id: string) =>
      ((await (await fetch(`${adminUrl}/runs/${id}`)).json()) as RunDetail).status;
    return {
      adminUrl,
      become: (id: string, status: string) => until(async () => (await statusOf(id)) === status),
      async stop() {
        running.process.kill("SIGTERM");
        await running.ended;
      },
    };
  }

  /** The id of a run that waits for an hour in a gateway. */
  async function waiting({ adminUrl, become }: Awaited<ReturnType<typeof gateway>>) {
    const id = await byHand(adminUrl, "patient");
    await become(id, "waiting");
    return id;
  }

  it("cancel a run of a running gateway, whose step in flight is aborted", async () => {
    const { adminUrl } = await gateway();
    const id = await byHand(adminUrl, "busy");
    await until(() => hanging.length === 1);
    const { code, stdout } = await runs("cancel", id);
    expect([code, stdout]).to.deep.equal([0, `${id} canceled\n`]);
    await until(() => hanging[0]?.destroyed === true);
  });

  it("let a running gateway go on with a run that is resumed", async () => {
    const running = await gateway();
    const id = await waiting(running);
    expect((await runs("resume", id)).code).to.equal(0);
    await running.become(id, "succeeded");
  });

  it("let a running gateway do a replay, which takes over the steps before the one that is named", async () => {
    const running = await gateway();
    const id = await waiting(running);
    await runs("resume", id);
    await running.become(id, "succeeded");
    const { code, stdout } = await runs("replay", id, "--from", "last", "--json");
    expect(code).to.equal(0);
    const replay = JSON.parse(stdout) as RunDetail;
    expect(replay).to.include({ workflow: "patient", replayOf: id });
    await running.become(replay.id, "succeeded");
  });

  it("have the next start do what is queued while no gateway runs", async () => {
    const first = await gateway();
    const id = await waiting(first);
    await first.stop();
    expect((await runs("resume", id)).code).to.equal(0);
    await (await gateway()).become(id, "succeeded");
  });

  it("replay a run on the definition that was recorded, where it has changed since", async () => {
    const first = await gateway();
    const id = await waiting(first);
    await first.stop();
    await runs("cancel", id);
    const changed = configFor(service.url, store).replace("value: 2", "value: 3");
    await folder.write("gateway.yaml", changed);
    const hashOf = async (...wishes: string[]) => {
      const { stdout } = await runs("replay", id, "--json", ...wishes);
      return (JSON.parse(stdout) as RunDetail).definition.hash;
    };
    const { definition } = JSON.parse((await runs("show", id, "--json")).stdout) as RunDetail;
    expect(await hashOf("--definition", "old")).to.equal(definition.hash);
    expect(await hashOf()).not.to.equal(definition.hash);
  });

  it("let one of two commands cancel a run that both would cancel at once", async () => {
    const first = await gateway();
    const id = await waiting(first);
    const both = await Promise.all([runs("cancel", id), runs("cancel", id)]);
    expect(both.map(({ code }) => code)).to.have.members([0, 1]);
    expect(both.map(({ stderr }) => stderr).join("")).to.include(`${id} is canceled; only a run`);
  });

  it("deal with each of several runs by itself, and exit with 1 where one could not be done", async () => {
    const first = await gateway();
    const [one, other] = [await waiting(first), await waiting(first)];
    await first.stop();
    const { code, stdout, stderr } = await runs("cancel", one, NO_RUN, other);
    expect([code, stdout]).to.deep.equal([1, `${one} canceled\n${other} canceled\n`]);
    expect(stderr).to.include(`There is no run ${NO_RUN}`);
    const page = JSON.parse((await runs("--status", "canceled", "--json")).stdout) as RunPage;
    expect(page.runs.map(({ id }) => id)).to.have.members([one, other]);
  });

  it("refuse a run in another state, and say which is right", async () => {
    const first = await gateway();
    const id = await waiting(first);
    await first.stop();
    const dismissed = await runs("dismiss", id);
    expect(dismissed.code).to.equal(1);
    expect(dismissed.stderr).to.include("only a run that is unconfirmed can be dismissed");
    const replayed = await runs("replay", id);
    expect(replayed.code).to.equal(1);
    expect(replayed.stderr).to.include("this one is waiting");
  });

  for (const args of [
    ["cancel"],
    ["resume", "0192"],
    ["replay", NO_RUN, "--data", "{"],
    ["replay", NO_RUN, "--definition", "new"],
  ]) {
    it(`exit with 64 at wrong usage: runs ${args.join(" ")}`, async () => {
      const { code, stderr } = await runs(...args);
      expect(code).to.equal(64);
      expect(stderr).not.to.equal("");
    });
  }
});
