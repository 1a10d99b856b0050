import { noJson } from "./no-json.ts";
import { expect } from "chai";
import type { DeliveryKey } from "../../src/model/queue.ts";
import type { WorkflowResponse } from "../../src/model/step.ts";
import { aNewRun } from "./runs.ts";
import type { StoreUnderTest } from "./store-contract.ts";

/** The contract of a store for webhook deliveries that were answered. */
export function deliveriesContract(store: StoreUnderTest): void {
  const deliveries = () => store.now.deliveries;
  const listed = async () => (await store.now.list({ limit: 500 })).runs.map(({ id }) => id);

  it("are unknown before they are answered", async () => {
    expect(await deliveries().answered(key)).to.equal(null);
  });

  it("are remembered with their answer, and their runs are queued", async () => {
    const [one, two] = [aNewRun(), aNewRun()];
    const told = store.heard();
    expect(await deliveries().answer(key, answer, later(), [one, two])).to.equal(null);
    told(1);
    await store.reopen();
    expect(await deliveries().answered(key)).to.deep.equal(answer);
    const claims = await store.now.queue.claim(10);
    expect(claims.map(({ id }) => id)).to.have.members([one.id, two.id]);
  });

  it("of one key are answered as the first was, and make no more runs", async () => {
    const first = aNewRun();
    await deliveries().answer(key, answer, later(), [first]);
    const other = { ...answer, status: 500 };
    const given = await deliveries().answer(key, other, later(), [aNewRun()]);
    expect(given).to.deep.equal(answer);
    expect(await listed()).to.deep.equal([first.id]);
  });

  it("that come at the same time make the runs of one of them", async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        deliveries().answer(key, { ...answer, body: n }, later(), [aNewRun()]),
      ),
    );
    expect(all.filter((given) => given === null)).to.have.length(1);
    expect(await listed()).to.have.length(1);
    const winner = await deliveries().answered(key);
    for (const given of all) expect(given ?? winner).to.deep.equal(winner);
  });

  it("are different when their workflows or keys are different", async () => {
    await deliveries().answer(key, answer, later(), []);
    for (const other of [
      { ...key, workflow: "other" },
      { ...key, key: "other" },
      { workflow: "order-1", key: "paid" },
    ]) {
      expect(await deliveries().answered(other)).to.equal(null);
      expect(await deliveries().answer(other, answer, later(), [])).to.equal(null);
    }
  });

  it("are forgotten when their time is over, whether or not they were deleted", async () => {
    let now = Date.now();
    await store.reopen({ now: () => new Date(now) });
    await deliveries().answer(key, answer, new Date(now + 1_000), []);
    now += 999;
    expect(await deliveries().answered(key)).to.deep.equal(answer);
    now += 1;
    expect(await deliveries().answered(key)).to.equal(null);
    const next = { ...answer, body: "second" };
    expect(await deliveries().answer(key, next, new Date(now + 1_000), [])).to.equal(null);
    expect(await deliveries().answered(key)).to.deep.equal(next);

    now += 2_000;
    await store.now.prune();
    now -= 2_000;
    expect(await deliveries().answered(key)).to.equal(null);
  });

  it("that can't be recorded are refused: STORE_UNAVAILABLE", async () => {
    const bad = aNewRun({ trigger: { n: noJson() } });
    const error = await deliveries()
      .answer(key, answer, later(), [bad])
      .catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "STORE_UNAVAILABLE", status: 503 });
    expect(await deliveries().answered(key)).to.equal(null);
  });
}

const key: DeliveryKey = { workflow: "paid", key: "order-1" };
const answer: WorkflowResponse = { status: 202, headers: { "X-Seen": "1" }, body: { ok: true } };
const later = () => new Date(Date.now() + 60_000);
