import { expect } from "chai";
import type { Json } from "../../src/model/json.ts";
import { redactor } from "../../src/model/redact.ts";
import { secretNames } from "../../src/model/secrets.ts";
import { aClaim, anEnd, theClaim } from "./runs.ts";
import type { StoreUnderTest } from "./store-contract.ts";

const question = { title: "Pay?", choices: null, until: null };

/** The contract of a store for runs that wait for an answer. */
export function waitsContract(store: StoreUnderTest): void {
  const queue = () => store.now.queue;
  const redact = redactor(secretNames([]), []);
  const answer = (run: string, body: Json = null, step: string | null = null) =>
    store.now.operations.answer({ run, step, from: null }, { choice: null, body, by: "command" });

  beforeEach(() => store.reopen({ redact }));

  /** A run that waits at such paths. */
  const waiting = async (...paths: string[]): Promise<string> => {
    const claim = await aClaim(queue());
    for (const path of paths) await queue().note(claim, { path, name: "asked", value: question });
    await queue().wait(claim, {
      id: claim.id,
      status: "waiting",
      until: new Date("2999-01-01T00:00:00Z"),
      child: null,
    });
    return claim.id;
  };
  /** The answer that the run goes on with. */
  const heard = async (path: string): Promise<Json> => {
    const { past } = await theClaim(queue());
    const note = past.notes.find((one) => one.path === path && one.name === "answer");
    return (note?.value as { readonly body?: Json } | undefined)?.body ?? null;
  };

  it("takes the first answer of those that come at once", async () => {
    const run = await waiting("ask");
    const came = await Promise.all([1, 2, 3].map((body) => answer(run, body)));
    expect(came.map(({ outcome }) => outcome)).to.have.members(["done", "answered", "answered"]);
    expect(await heard("ask")).to.be.oneOf([1, 2, 3]);
  });

  it("says that the time is over also while the run goes on because of it", async () => {
    const claim = await aClaim(queue());
    const value = { ...question, until: "2000-01-01T00:00:00.000Z" };
    await queue().note(claim, { path: "ask", name: "asked", value });
    expect(await answer(claim.id, 1, "ask")).to.deep.equal({ outcome: "expired" });
  });

  it("refuses an answer that is too large for a result, and takes another", async () => {
    await store.reopen({ redact, valueLimit: 1_000 });
    const run = await waiting("ask");
    expect(await answer(run, "é".repeat(500))).to.deep.equal({ outcome: "too large", most: 1_000 });
    expect(await answer(run, "é".repeat(400))).to.deep.equal({ outcome: "done" });
  });

  it("keeps an answer for the run over a restart, integers outside ±2^53 as they are", async () => {
    const run = await waiting("ask");
    await answer(run, { id: 12_345_678_901_234_567_890n, said: "é\u0000\ud800" });
    await store.reopen({ redact });
    const late = await answer(run, {});
    expect(late).to.have.nested.property("answer.body.id", 12_345_678_901_234_567_890n);
    expect(await heard("ask")).to.deep.equal({
      id: 12_345_678_901_234_567_890n,
      said: "é\u0000\ud800",
    });
  });

  it("keeps the secrets of an answer sealed, until the run ends", async () => {
    const run = await waiting("ask");
    await answer(run, { otp: "t0ken-of-ada" });
    expect(await store.contents()).not.to.contain("t0ken-of-ada");
    expect(await store.sealed()).to.deep.equal([{ run, part: "note ask answer" }]);
    const late = await answer(run, {});
    expect(late).to.have.nested.property("answer.body.otp", "[redacted]");
    await store.reopen({ redact });
    const claim = await theClaim(queue());
    const note = claim.past.notes.find(({ name }) => name === "answer");
    expect(note?.value).to.have.nested.property("body.otp", "t0ken-of-ada");
    await queue().end(claim, anEnd(claim));
    expect(await store.sealed()).to.deep.equal([]);
  });

  it("takes a secret answer once, whoever else answers meanwhile", async () => {
    const run = await waiting("ask");
    const came = await Promise.all(["a", "b", "c"].map((otp) => answer(run, { otp })));
    expect(came.map(({ outcome }) => outcome)).to.have.members(["done", "answered", "answered"]);
    const body = (await heard("ask")) as { readonly otp: string };
    expect(body.otp).to.be.oneOf(["a", "b", "c"]);
  });

  it("names the steps in the order of their paths, where a run waits at several", async () => {
    const run = await waiting("b", "a.then.ask", "B", "ab");
    expect(await answer(run)).to.deep.equal({
      outcome: "several",
      steps: ["B", "a.then.ask", "ab", "b"],
    });
    expect(await answer(run, { pin: 1, password: "x" }, "ab")).to.deep.equal({ outcome: "done" });
    expect(await heard("ab")).to.deep.equal({ pin: 1, password: "x" });
  });
}
