import { expect } from "chai";
import { depthOf } from "../../../src/hooks/request/depth.ts";
import { requestRuns } from "../../../src/hooks/request/runs.ts";
import { lazySignal } from "../../../src/model/lazy-signal.ts";
import { aWorkflow } from "../../support/runs.ts";

describe("the runs of one request", () => {
  const now = new Date("2026-01-02T03:04:05.678Z");
  const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
  const depth = depthOf(5, [Buffer.alloc(32, 1)]);
  const caller = { user: null, roleName: null, credentials: {} };
  const cause = { requestId: "r1", traceparent, depth: 2, parent: null };
  const runs = requestRuns({
    arrival: { depth: 2 },
    report: { requestId: "r1", traceparent },
    caller,
    depth,
    signal: lazySignal(new AbortController().signal),
    now: () => now,
  });

  it("pass on the request's id and trace, and a signed depth that is larger by one", () => {
    const { "workflow-depth": signed, ...others } = runs.propagatedHeaders;
    expect(others).to.deep.equal({ "x-request-id": "r1", traceparent });
    expect(depth.read(signed)).to.equal(3);
  });

  it("have the same cause, whether a client waits for them or they are queued", () => {
    const trigger = { data: { id: 1 } };
    expect(runs.start(trigger)).to.deep.include({ ...cause, trigger, caller, startedAt: now });
    const workflow = aWorkflow({ key: "audit" });
    const queued = { ...cause, trigger, workflow, acceptedAt: now, replayOf: null };
    expect(runs.queue(workflow, trigger)).to.deep.include(queued);
  });

  it("have a new id each, or the one that is given", () => {
    expect(runs.start({}).id).not.to.equal(runs.start({}).id);
    expect(runs.start({}, { id: "own" }).id).to.equal("own");
    expect(runs.queue(aWorkflow({ key: "audit" }), {}, "own").id).to.equal("own");
  });

  it("change nothing and do not only observe, unless a run says otherwise", () => {
    expect(runs.start({})).to.include({ request: null, response: null, observe: false });
    expect(runs.start({}, { observe: true })).to.include({ observe: true });
  });
});
