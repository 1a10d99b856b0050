import { expect } from "chai";
import { aNewRun, anEnd, theClaim } from "./runs.ts";
import type { StoreUnderTest } from "./store-contract.ts";

const NIGHTLY = { workflow: "nightly", rule: "0 3 * * * in UTC" };
const QUEUE = { ...NIGHTLY, overlap: "queue" } as const;
const SKIP = { ...NIGHTLY, overlap: "skip" } as const;
const [T1, T2, T3] = [1, 2, 3].map((day) => new Date(Date.UTC(2026, 0, day, 3))) as [
  Date,
  Date,
  Date,
];

/** The contract of a store for schedules. */
export function schedulesContract(store: StoreUnderTest): void {
  const schedules = () => store.now.schedules;
  const listed = async () => (await store.now.list({ limit: 100 })).runs.map(({ id }) => id);
  const at = (now: Date) => store.reopen({ now: () => now });

  it("begin when they are first followed, and stand there after a restart", async () => {
    await at(T1);
    expect(await schedules().follow([NIGHTLY])).to.deep.equal(new Map([["nightly", T1]]));
    await at(T3);
    expect(await schedules().follow([NIGHTLY])).to.deep.equal(new Map([["nightly", T1]]));
  });

  it("begin anew when their rule is another one", async () => {
    await at(T1);
    await schedules().follow([NIGHTLY]);
    await at(T2);
    const other = { ...NIGHTLY, rule: "0 4 * * * in UTC" };
    expect(await schedules().follow([other])).to.deep.equal(new Map([["nightly", T2]]));
  });

  it("begin anew when they were not in force for a while", async () => {
    await at(T1);
    await schedules().follow([NIGHTLY]);
    expect(await schedules().follow([])).to.deep.equal(new Map());
    await at(T2);
    expect(await schedules().follow([NIGHTLY])).to.deep.equal(new Map([["nightly", T2]]));
  });

  it("queue the runs of a time with it, and tell those who wait for work", async () => {
    await at(T1);
    await schedules().follow([NIGHTLY]);
    const told = store.heard();
    const run = nightly();
    const came = await schedules().advance(QUEUE, T1, T2, [run]);
    expect(came).to.deep.equal({ lastAt: T2, isOurs: true, added: [run.id] });
    told(1);
    await store.reopen({ now: () => T3 });
    expect(await schedules().follow([NIGHTLY])).to.deep.equal(new Map([["nightly", T2]]));
    expect((await theClaim(store.now.queue)).id).to.equal(run.id);
  });

  it("make one run of a time, however many deal with it at once", async () => {
    await at(T1);
    await schedules().follow([NIGHTLY]);
    const all = await Promise.all(
      Array.from({ length: 20 }, () => schedules().advance(QUEUE, T1, T2, [nightly()])),
    );
    expect(all.filter(({ isOurs }) => isOurs)).to.have.length(1);
    for (const { lastAt } of all) expect(lastAt).to.deep.equal(T2);
    expect(await listed()).to.have.length(1);
  });

  it("that skip make no run while one of the workflow has not ended", async () => {
    await at(T1);
    await schedules().follow([NIGHTLY]);
    await schedules().advance(SKIP, T1, T2, [nightly()]);
    const skipped = await schedules().advance(SKIP, T2, T3, [nightly()]);
    expect(skipped).to.deep.equal({ lastAt: T3, isOurs: true, added: [] });
    const claim = await theClaim(store.now.queue);
    await store.now.queue.end(claim, anEnd(claim));
    const next = await schedules().advance(SKIP, T3, new Date(T3.getTime() + 1), [nightly()]);
    expect(next.added).to.have.length(1);
  });
}

const nightly = (own: Parameters<typeof aNewRun>[0] = {}) =>
  aNewRun({ workflow: { ...aNewRun().workflow, key: "nightly" }, ...own });
