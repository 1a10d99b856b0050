import { expect } from "chai";
import type { NewRun } from "../../src/model/queue.ts";
import { aNewRun, aWorkflow, anEnd } from "./runs.ts";
import type { StoreUnderTest } from "./store-contract.ts";

const SECOND = 1_000;

/** The contract of a store for runs of which the last one of a key runs. */
export function debounceContract(store: StoreUnderTest): void {
  let time = 0;
  const start = Date.UTC(2026, 0, 1);
  beforeEach(async () => {
    time = start;
    await store.reopen({ now: () => new Date(time) });
  });
  const accept = async (key: string, own: Partial<NewRun["workflow"]> = {}) => {
    const workflow = aWorkflow({ key, debounce: { key: null, for: 10 * SECOND }, ...own });
    const run = aNewRun({ workflow, acceptedAt: new Date(time) });
    await store.now.queue.accept([run], undefined, 10);
    return run.id;
  };
  const claimedAfter = async (seconds: number) => {
    time = start + seconds * SECOND;
    return (await store.now.queue.claim(10)).map(({ id }) => id);
  };
  const run = (id: string) => store.now.get(id);

  it("begin when their time is over, and not before", async () => {
    const id = await accept("a");
    expect(await claimedAfter(9)).to.deep.equal([]);
    expect(await store.now.queue.nextWake()).to.deep.equal(new Date(start + 10 * SECOND));
    expect(await claimedAfter(10)).to.deep.equal([id]);
  });

  it("of several within the time leave the last one; the others are canceled, and say so", async () => {
    const first = await accept("a");
    time += 9 * SECOND;
    const second = await accept("a");
    expect(await run(first)).to.deep.include({ status: "canceled" });
    expect((await run(first))?.error).to.deep.equal({
      message: `The run ${second} of the same debounce.key came before this one began`,
      code: "DEBOUNCED",
      step: "",
    });
    expect(await claimedAfter(18)).to.deep.equal([]);
    expect(await claimedAfter(19)).to.deep.equal([second]);
  });

  it("of other keys, and those that have begun or may begin, are left alone", async () => {
    const [a, b] = [await accept("a"), await accept("b")];
    time += 10 * SECOND;
    const late = await accept("a");
    expect(await claimedAfter(10)).to.have.members([a, b]);
    const later = await accept("a");
    expect((await run(late))?.status).to.equal("canceled");
    expect(await claimedAfter(30)).to.deep.equal([later]);
  });

  it("that come at the same moment leave one", async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => accept("a")));
    const canceled = await Promise.all(all.map(async (id) => (await run(id))?.status));
    expect(canceled.filter((status) => status !== "canceled")).to.deep.equal(["queued"]);
    expect(await claimedAfter(10)).to.have.length(1);
  });

  it("enter their lane when their time is over, or an operator says so", async () => {
    const lane = { concurrency: { key: null, limit: 1 } };
    const first = await accept("a", lane);
    time += 10 * SECOND;
    const [claim] = await store.now.queue.claim(10);
    expect(claim?.id).to.equal(first);
    const second = await accept("a", lane);
    await store.now.operations.resume(second);
    expect(await claimedAfter(11)).to.deep.equal([]);
    await store.now.queue.end(claim!, anEnd(claim!));
    expect(await claimedAfter(11)).to.deep.equal([second]);
  });
}
