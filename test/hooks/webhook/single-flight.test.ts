import { expect } from "chai";
import { singleFlight } from "../../../src/hooks/webhook/single-flight.ts";

describe("work that is done once at a time", () => {
  it("gives the same to all callers that come while it is under way", async () => {
    const once = singleFlight<string>();
    const { promise, resolve } = deferred<string>();
    let done = 0;
    const work = () => {
      done++;
      return promise;
    };
    const all = [once("a", work), once("a", work), once("a", work)];
    resolve("x");
    expect(await Promise.all(all)).to.deep.equal(["x", "x", "x"]);
    expect(done).to.equal(1);
  });

  it("is forgotten when it is done", async () => {
    const once = singleFlight<string>();
    expect(await once("a", () => Promise.resolve("x"))).to.equal("x");
    expect(await once("a", () => Promise.resolve("y"))).to.equal("y");
  });

  it("does not hold up work of another key", async () => {
    const once = singleFlight<string>();
    const { promise, resolve } = deferred<string>();
    const slow = once("a", () => promise);
    expect(await once("b", () => Promise.resolve("y"))).to.equal("y");
    resolve("x");
    await slow;
  });

  it("is done anew, by one of those that wait, when it gave nothing or failed", async () => {
    for (const first of [() => Promise.resolve(null), () => Promise.reject(new Error("no"))]) {
      const once = singleFlight<string>();
      let done = 0;
      const anew = () => {
        done++;
        return Promise.resolve("again");
      };
      const failed = once("a", first).catch(() => null);
      const all = [once("a", anew), once("a", anew), once("a", anew)];
      expect(await failed).to.equal(null);
      expect(await Promise.all(all)).to.deep.equal(["again", "again", "again"]);
      expect(done).to.equal(1);
    }
  });
});

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  const settle: { resolve?: (value: T) => void } = {};
  const promise = new Promise<T>((resolve) => (settle.resolve = resolve));
  return { promise, resolve: (value) => settle.resolve?.(value) };
}
