import { expect } from "chai";
import type { ResponseChange } from "../../src/model/response-draft.ts";
import { failureOf, mistakesIn, ran, typeOf } from "./step-context.ts";

describe("a delay", () => {
  it("waits as long as it says, from when it began", async () => {
    const waited: string[] = [];
    const waitUntil = (time: Date) => Promise.resolve(void waited.push(time.toISOString()));
    const { outcome } = await ran("delay", { for: "10m" }, { waitUntil });
    expect(outcome).to.deep.equal({ go: "on", result: null });
    expect(waited).to.deep.equal(["2026-01-02T03:14:05.000Z"]);
  });

  it("refuses with `then: fail` when its time is over", async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- a word of the configuration
    const { outcome } = await ran("delay", { for: "1ms", then: "fail" });
    expect(outcome).to.deep.equal({ go: "end", status: "failed", result: null, refused: true });
  });

  it("says before it runs how long it waits, where that is written out", () => {
    const { waits } = typeOf("delay");
    expect(waits({ for: "1h" })).to.equal(3_600_000);
    expect(waits({ for: "${{ vars.time }}" })).to.equal(null);
  });

  it("takes a duration, and no endless one", () => {
    expect(mistakesIn("delay", { for: "soon" })).to.deep.equal([
      "for: should be a duration: 500ms, 30s, 10m, 1h or 7d",
    ]);
    for (const far of ["1000000d", `${"9".repeat(400)}d`]) {
      expect(mistakesIn("delay", { for: far })).to.deep.equal(["for: should be at most 36500d"]);
    }
  });
});

describe("an output", () => {
  it("sets the run's result, and gives it", async () => {
    const { outcome, outputs } = await ran("output", { value: [1] });
    expect(outcome).to.deep.equal({ go: "on", result: [1] });
    expect(outputs).to.deep.equal([[1]]);
  });
});

describe("a subflow step", () => {
  it("runs the workflow it names, with its input, and gives its output", async () => {
    const called: unknown[] = [];
    const subflow = (...call: unknown[]) => (called.push(call), Promise.resolve(7));
    const { outcome } = await ran("subflow", { workflow: "child", input: { a: 1 } }, { subflow });
    expect(outcome).to.deep.equal({ go: "on", result: 7 });
    await ran("subflow", { workflow: "child", wait: false }, { subflow });
    expect(called).to.deep.equal([
      ["child", { a: 1 }, true],
      ["child", null, false],
    ]);
  });

  it("tells what it runs, with which input, and whether it waits", () => {
    const { runs, acts } = typeOf("subflow");
    expect(acts).to.equal(true);
    const asked = { workflow: "child", wait: true, input: "input" };
    expect(runs({ workflow: "child" })).to.deep.equal(asked);
    expect(runs({ workflow: "child", wait: false })).to.deep.include({ wait: false });
  });
});

describe("a set-response step", () => {
  it("changes just what it names of the answer", async () => {
    const changes: ResponseChange[] = [];
    const response = { change: (change: ResponseChange) => void changes.push(change) };
    await ran("set-response", { status: 202, headers: { "X-Seen": 1 } }, { response });
    await ran("set-response", { body: null }, { response });
    expect(changes).to.deep.equal([{ status: 202, headers: { "X-Seen": "1" } }, { body: null }]);
  });

  it("errs where there is no answer to change", async () => {
    const { code, retryable } = await failureOf("set-response", { status: 202 });
    expect({ code, retryable }).to.deep.equal({ code: "NO_RESPONSE", retryable: false });
  });

  it("refuses a header that would begin another, and the headers of the message's framing", () => {
    const broken = { "X-A": "a\r\nX-B: b" };
    expect(mistakesIn("set-response", { headers: broken })).to.have.length(1);
    expect(mistakesIn("set-response", { headers: { "Content-Length": 3 } })).to.have.length(1);
    expect(mistakesIn("set-response", { status: 100 })).to.deep.equal([
      "status: should be 200 to 599",
    ]);
  });

  it("is refused except after an action whose client waits", () => {
    const { triggers, syncOnly } = typeOf("set-response");
    expect(triggers).to.deep.equal(["post-action"]);
    expect(syncOnly({})).to.deep.include({ key: "type" });
  });
});
