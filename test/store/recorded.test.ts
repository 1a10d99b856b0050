import { expect } from "chai";
import { GatewayError } from "../../src/model/errors.ts";
import type { RunStart, RunWatch, RunWorkflow } from "../../src/model/run.ts";
import { recorded } from "../../src/store/recorded.ts";
import type { Store } from "../../src/store/store.ts";
import { onBothStores, storePlace } from "../support/both-stores.ts";
import { aStart, aStep, aWorkflow, anEnd } from "../support/runs.ts";
import type { StorePlace } from "../support/store-contract.ts";

onBothStores("a runner that is recorded", () => {
  let place: StorePlace;
  let store: Store;
  beforeEach(async () => {
    place = await storePlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  it("gives the run's end, and the history has it with its steps", async () => {
    const start = aStart();
    const end = await recorded(twoSteps, store)(aWorkflow(), start);
    expect(end).to.deep.include({ id: start.id, messages: ["done"] });
    const run = await store.get(start.id);
    expect(run).to.deep.include({ status: "succeeded", messages: ["done"] });
    expect(run?.steps.map(({ path }) => path)).to.deep.equal(["one", "two"]);
  });

  it("lets whoever watches see each step, and waits for them", async () => {
    const seen: string[] = [];
    const watch: RunWatch = {
      step: async ({ path }) => {
        await new Promise(setImmediate);
        seen.push(path);
      },
    };
    let seenAtTheEnd = 0;
    const run: RunWorkflow = async (workflow, start, given) => {
      const end = await twoSteps(workflow, start, given);
      seenAtTheEnd = seen.length;
      return end;
    };
    await recorded(run, store)(aWorkflow(), aStart(), watch);
    expect(seen).to.deep.equal(["one", "two"]);
    expect(seenAtTheEnd).to.equal(2);
  });

  it("of a workflow that acts has recorded the run before it begins", async () => {
    let before: string | undefined;
    const run: RunWorkflow = async (_workflow, start) => {
      before = (await store.get(start.id))?.status;
      return anEnd(start);
    };
    const start = aStart();
    await recorded(run, store)(aWorkflow({ acts: true }), start);
    expect(before).to.equal("running");
    expect((await store.get(start.id))?.status).to.equal("succeeded");
  });

  it("of a workflow that does not act writes once, at its end", async () => {
    let before: unknown;
    const run: RunWorkflow = async (_workflow, start) => {
      before = await store.get(start.id);
      return anEnd(start);
    };
    await recorded(run, store)(aWorkflow(), aStart());
    expect(before).to.equal(null);
  });

  it("does not make a run that acts when it can't be recorded", async () => {
    let made = false;
    const run: RunWorkflow = (_workflow, start) => {
      made = true;
      return Promise.resolve(anEnd(start));
    };
    await store.close();
    const error = await recorded(run, store)(aWorkflow({ acts: true }), aStart()).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(GatewayError).and.include({ code: "STORE_UNAVAILABLE" });
    expect(made).to.equal(false);
  });

  it("makes a run that does not act all the same, and counts that it was lost", async () => {
    await store.close();
    const start = aStart();
    const end = await recorded(twoSteps, store)(aWorkflow(), start);
    expect(end.status).to.equal("succeeded");
    await new Promise(setImmediate);
    expect(store.failures()).to.equal(1);
  });
});

async function twoSteps(_workflow: unknown, start: RunStart, watch?: RunWatch) {
  await watch?.step(aStep({ path: "one" }));
  await watch?.step(aStep({ path: "two" }));
  return anEnd(start, { messages: ["done"] });
}
