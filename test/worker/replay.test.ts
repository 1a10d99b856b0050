import { expect } from "chai";
import { act, branch, step } from "../runner/builders.ts";
import { typeOf } from "../steps/step-context.ts";
import { type Bench, openBench } from "./bench.ts";
import { onBothStores } from "../support/both-stores.ts";

onBothStores("a replay, which has no client and no request,", () => {
  let bench: Bench;
  beforeEach(async () => (bench = await openBench()));
  afterEach(() => bench.close());

  it("passes over the steps of a pre-action that change the request", async () => {
    const done: string[] = [];
    const workflow = bench.workflow(
      "guard",
      branch(
        configured("set-request", { values: { title: "Other" }, headers: { "X-Seen": "1" } }),
        act(() => done.push("after")),
        configured("response", { status: 418, body: "teapot" }),
        act(() => done.push("never")),
      ),
    );
    const id = await bench.accept(workflow, { trigger: { params: { values: { title: "ab" } } } });
    bench.work();
    const { steps, trigger } = await bench.become(id, "succeeded");
    expect(steps.map(({ path, status }) => `${path} ${status}`)).to.deep.equal([
      "set-request#0 succeeded",
      "act#1 succeeded",
      "response#2 succeeded",
    ]);
    expect(done).to.deep.equal(["after"]);
    expect(trigger).to.deep.equal({ params: { values: { title: "ab" } } });
  });

  it("passes over the steps of a sync post-action that change the answer", async () => {
    const change = configured("set-response", { status: 202, body: { changed: true } });
    const id = await bench.accept(bench.workflow("dress", branch(change)));
    bench.work();
    const { steps } = await bench.become(id, "succeeded");
    expect(steps.map(({ status }) => status)).to.deep.equal(["succeeded"]);
  });
});

const configured = (name: string, config: object) => {
  const type = typeOf(name);
  return step(type, type.config.parse(config));
};
