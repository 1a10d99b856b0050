import { expect } from "chai";
import { array, asyncProperty, integer } from "fast-check";
import type { Claim } from "../../src/model/queue.ts";
import { itHolds } from "./property.ts";
import { aNewRun, aWorkflow, anEnd } from "./runs.ts";
import type { StoreUnderTest } from "./store-contract.ts";

/** The contract of a store for runs of which only so many of one key are under way at a time. */
export function lanesContract(store: StoreUnderTest): void {
  const queue = () => store.now.queue;
  const claimed = async (most = 100) => await queue().claim(most);
  const end = (claim: Claim) => queue().end(claim, anEnd(claim));

  it("let as many go on as they have places, in the order of acceptance", async () => {
    const all = [1, 2, 3, 4].map(() => run("two", 2));
    for (const one of all) await queue().accept([one]);
    const first = await claimed();
    expect(ids(first)).to.deep.equal(ids(all.slice(0, 2)));
    expect(await claimed()).to.deep.equal([]);
    await end(first[1]!);
    expect(ids(await claimed())).to.deep.equal(ids(all.slice(2, 3)));
  });

  it("hold up no run of another lane, and none without one", async () => {
    const [a, b, c] = [run("a"), run("b"), aNewRun()];
    await queue().accept([a, run("a"), b, c]);
    expect(ids(await claimed())).to.have.members([a.id, b.id, c.id]);
  });

  it("claim nothing as it is accepted, except runs without one", async () => {
    const [a, b] = [aNewRun(), run("a")];
    expect(ids(await queue().accept([a, b], undefined, 2))).to.deep.equal([a.id]);
    expect(ids(await claimed())).to.deep.equal([b.id]);
  });

  it("keep the place of a run that waits, and of one that its process gave up", async () => {
    const [first, second] = [run("a"), run("a")];
    await queue().accept([first, second]);
    const [claim] = await claimed();
    const until = new Date(0);
    await queue().wait(claim!, { id: first.id, status: "waiting", until, child: null });
    expect(ids(await claimed())).to.deep.equal([first.id]);
    await store.reopen();
    const [again] = await claimed();
    expect(again!.id).to.equal(first.id);
    await end(again!);
    expect(ids(await claimed())).to.deep.equal([second.id]);
  });

  it("go on when a run that has a place is canceled, not when one is that waits for it", async () => {
    const all = [run("a"), run("a"), run("a")] as const;
    await queue().accept(all);
    await claimed();
    await store.now.operations.cancel(all[1].id);
    expect(await claimed()).to.deep.equal([]);
    await store.now.operations.cancel(all[0].id);
    expect(ids(await claimed())).to.deep.equal([all[2].id]);
  });

  it("are entered when the intent that runs waited for is settled", async () => {
    const sync = aNewRun();
    const [first, second] = [run("a"), run("a")];
    await store.now.intents.open("i", [sync, first, second]);
    await queue().accept([first, second], { intent: "i", leaves: [sync.id] });
    expect(await claimed()).to.deep.equal([]);
    await queue().accept([], { intent: "i", leaves: [] });
    store.now.intents.settle({ intent: "i", leaves: [] });
    await queue().accept([]);
    const [claim, ...more] = await claimed();
    expect([claim?.id, more]).to.deep.equal([first.id, []]);
    await end(claim!);
    expect(ids(await claimed())).to.deep.equal([second.id]);
  });

  it("have more places at once when their limit is raised", async () => {
    const [a, b, c] = [run("a", 1), run("a", 3), run("a", 3)];
    for (const one of [a, b, c]) await queue().accept([one]);
    expect(ids(await claimed())).to.deep.equal([a.id, b.id, c.id]);
  });

  itHolds(
    "never have more under way than places, and do each run once, in order",
    asyncProperty(limits, turnsOfTest, async (limit, turns) => {
      const key = `lane-${Math.random()}`;
      const accepted: string[] = [];
      const done: string[] = [];
      let underWay: Claim[] = [];
      const claim = async () => {
        underWay.push(...(await claimed()));
        done.push(...ids(underWay).filter((id) => !done.includes(id)));
        expect(underWay.length).to.be.at.most(limit);
      };
      for (const turn of turns) {
        if (turn < 3) {
          const one = run(key, limit);
          accepted.push(one.id);
          await queue().accept([one]);
        } else {
          const [first, ...others] = underWay;
          if (first) await end(first);
          underWay = others;
        }
        await claim();
      }
      while (underWay.length > 0) {
        const [first, ...others] = underWay;
        await end(first!);
        underWay = others;
        await claim();
      }
      expect(done).to.deep.equal(accepted);
    }),
    { runs: 10 },
  );
}

const limits = integer({ min: 1, max: 3 });

/** Under 3: a run is accepted; else: one ends. */
const turnsOfTest = array(integer({ min: 0, max: 4 }), { maxLength: 20 });

const workflow = (key: string, limit = 1) => aWorkflow({ key, concurrency: { key: null, limit } });

const run = (key: string, limit?: number) => aNewRun({ workflow: workflow(key, limit) });

const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id);
