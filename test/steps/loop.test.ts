import { expect } from "chai";
import { array, assert, asyncProperty, integer, string } from "fast-check";
import type { Json } from "../../src/model/json.ts";
import type { Outcome } from "../../src/model/step.ts";
import type { BranchPlace } from "../../src/model/step-context.ts";
import { branch, expression, failureOf, ran, typeOf } from "./step-context.ts";

describe("a loop", () => {
  const steps = branch("turn");
  it("over a list has item, index and length of each turn", async () => {
    const { outcome, walked } = await ran("loop", { over: expression(["a", "b"]), steps });
    expect(walked.map(({ place }) => place)).to.deep.equal([
      { iteration: 0, names: { each: { item: "a", index: 0, length: 2 } } },
      { iteration: 1, names: { each: { item: "b", index: 1, length: 2 } } },
    ]);
    expect(outcome).to.deep.equal({ go: "on", result: ["walked", "walked"] });
  });

  it("over a number has the index for its item", async () => {
    const { outcome } = await ran("loop", { over: expression(3), steps }, { walk: give });
    expect(outcome.result).to.deep.equal([0, 1, 2]);
  });

  it("over an object takes its entries for items", async () => {
    const config = { over: expression({ a: 1, b: [] }), steps };
    const { outcome } = await ran("loop", config, { walk: give });
    expect(outcome.result).to.deep.equal([
      { key: "a", value: 1 },
      { key: "b", value: [] },
    ]);
  });

  it("over an object that is written out takes its entries for items, in the order in which they are written", async () => {
    const over = { ...expression({ "100": 1, "200": 2, b: 3 }), names: ["b", "200", "100"] };
    const { outcome } = await ran("loop", { over, steps }, { walk: give });
    expect(outcome.result).to.deep.equal([
      { key: "b", value: 3 },
      { key: "200", value: 2 },
      { key: "100", value: 1 },
    ]);
  });

  for (const empty of [[], 0, {}]) {
    it(`over ${JSON.stringify(empty)} takes no turn and gives an empty list`, async () => {
      const { outcome, walked } = await ran("loop", { over: expression(empty), steps });
      expect(outcome).to.deep.equal({ go: "on", result: [] });
      expect(walked).to.deep.equal([]);
    });
  }

  it("over any list gives one result a turn, in order", async () => {
    const same = asyncProperty(array(string(), { maxLength: 30 }), async (list) => {
      const { outcome } = await ran("loop", { over: expression(list), steps }, { walk: give });
      expect(outcome.result).to.deep.equal(list);
    });
    await assert(same);
  });

  it("names its turn by `as`", async () => {
    const { walked } = await ran("loop", { over: expression(1), as: "line", steps });
    expect(walked[0]?.place.names).to.deep.equal({ line: { item: 0, index: 0, length: 1 } });
    const bound = { key: "as", otherwise: "each", over: "over" };
    expect(typeOf("loop").binds).to.deep.equal(bound);
  });

  it("evaluates `while` before each turn, with the names of that turn", async () => {
    const goesOn = expression(({ each }) => (each as { index: number }).index < 2);
    const config = { over: expression(5), while: goesOn, steps };
    const { outcome } = await ran("loop", config, { walk: give });
    expect(outcome.result).to.deep.equal([0, 1]);
  });

  it("over as many items as limits.loop allows runs; over one more it errs before it starts", async () => {
    const limits = { loop: 3, headers: 16_384, rows: 1, depth: 1 };
    for (const over of [3, [1, 2, 3], { a: 1, b: 2, c: 3 }]) {
      const { outcome } = await ran("loop", { over: expression(over), steps }, { limits });
      expect(outcome.result).to.have.length(3);
    }
    for (const over of [4, 1e9, [1, 2, 3, 4], { a: 1, b: 2, c: 3, d: 4 }]) {
      const { code } = await failureOf(
        "loop",
        { over: expression(over), steps },
        { limits, walk: never },
      );
      expect(code).to.equal("LOOP_TOO_LONG");
    }
  });

  for (const over of [-1, 1.5, "3", null, true]) {
    it(`errs over ${JSON.stringify(over)}`, async () => {
      const { code } = await failureOf("loop", { over: expression(over), steps });
      expect(code).to.equal("NOT_A_LOOP");
    });
  }

  it("errs over any number that is not a count", () => {
    const errs = asyncProperty(integer({ max: -1 }), async (over) => {
      const { code } = await failureOf("loop", { over: expression(over), steps });
      expect(code).to.equal("NOT_A_LOOP");
    });
    return assert(errs);
  });

  it("ends the run when one of its turns does", async () => {
    const { outcome, walked } = await ran(
      "loop",
      { over: expression(9), steps },
      { walk: endSecond },
    );
    expect(outcome).to.deep.include({ go: "end", status: "failed" });
    expect(walked).to.have.length(2);
  });

  describe("with a turn that errs", () => {
    const loop = { over: expression(["a", "b", "c"]), steps };

    it("errs itself", async () => {
      expect(await failureOf("loop", loop, { walk: failSecond })).to.have.property("message", "no");
    });

    it("goes on under `continue`, with null for that turn", async () => {
      const config = { ...loop, onItemError: "continue" };
      const { outcome } = await ran("loop", config, { walk: failSecond });
      expect(outcome.result).to.deep.equal(["a", null, "c"]);
    });

    it("ends the loop under `break`, with the turns before it", async () => {
      const config = { ...loop, onItemError: "break" };
      const { outcome } = await ran("loop", config, { walk: failSecond });
      expect(outcome).to.deep.equal({ go: "on", result: ["a"] });
    });

    it("does not go on under `continue` once the run is canceled", async () => {
      const client = new AbortController();
      const cut = () => {
        client.abort();
        throw new Error("canceled");
      };
      const config = { ...loop, onItemError: "continue" };
      const given = { walk: cut, signal: client.signal };
      expect(await failureOf("loop", config, given)).to.have.property("message", "canceled");
    });
  });
});

/** A turn that gives its item. */
function give({ names }: BranchPlace): Outcome {
  const { item } = names!["each"] as { item: Json };
  return { go: "on", result: item };
}

function failSecond(place: BranchPlace): Outcome {
  if (place.iteration === 1) throw new Error("no");
  return give(place);
}

const endSecond = (place: BranchPlace): Outcome =>
  place.iteration === 1 ? { go: "end", status: "failed", result: null } : give(place);

const never = (): never => expect.fail("a turn was taken");
