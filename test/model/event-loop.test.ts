import { expect } from "chai";
import { isLong, yieldToEventLoop } from "../../src/model/event-loop.ts";
import { turnsDuring } from "../support/turns.ts";

describe("work that lets others have their turn", () => {
  it("goes on in its order, as much in one turn of the event loop as fits into a slice", async () => {
    const { order, turns } = await many(200, () => undefined);
    expect(order).to.deep.equal(Array.from({ length: 200 }, (_, at) => at));
    expect(turns).to.be.below(100);
  });

  it("goes on one piece a turn where a piece takes a whole slice", async () => {
    const { turns } = await many(4, () => {
      while (!isLong());
    });
    expect(turns).to.be.at.least(3);
  });
});

/** Lets many pieces of work wait at once; gives the order in which they went on, and the turns of the event loop meanwhile. */
async function many(count: number, work: () => void) {
  const order: number[] = [];
  const all = Promise.all(
    Array.from({ length: count }, async (_, at) => {
      await yieldToEventLoop();
      order.push(at);
      work();
    }),
  );
  return { order, turns: await turnsDuring(all) };
}
