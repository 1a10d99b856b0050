import { expect } from "chai";
import { redactor } from "../../src/model/redact.ts";
import { secretNames } from "../../src/model/secrets.ts";
import { aClaim, aNewRun, aStep, aWorkflow, anEnd, definitionOf, theClaim } from "./runs.ts";
import type { StoreUnderTest } from "./store-contract.ts";

/** The contract of a store for what it shows redacted, and queued runs still need. */
export function sealedContract(store: StoreUnderTest): void {
  const redact = redactor(secretNames([]), ["s3cret-text"]);
  const [oldKey, newKey] = ["the key of yesterday", "the key of today"];
  const queue = () => store.now.queue;
  const secretive = { type: "webhook", body: { token: "t0ken" } };
  const waiting = (claim: { id: string; fence: number }, child: string | null = null) =>
    queue().wait(claim as never, {
      id: claim.id,
      status: "waiting",
      until: child === null ? new Date(0) : null,
      child,
    });
  const parts = async () => (await store.sealed()).map(({ part }) => part);

  const unreadable = async (say: RegExp) => {
    const claim = await theClaim(queue());
    expect(claim.unreadable?.code).to.equal("SEALED_UNREADABLE");
    expect(claim.unreadable?.message).to.match(say);
    expect(JSON.stringify(claim)).not.to.contain("t0ken");
    return claim;
  };

  beforeEach(() => store.reopen({ redact, keys: [oldKey] }));

  describe("are there for the run that needs them,", () => {
    it("while the history shows them redacted", async () => {
      const claim = await aClaim(queue(), { trigger: secretive });
      expect(claim.trigger).to.deep.equal(secretive);
      const shown = { type: "webhook", body: { token: "[redacted]" } };
      expect((await store.now.get(claim.id))?.trigger).to.deep.equal(shown);
    });

    it("also where it is claimed as it is accepted", async () => {
      const run = aNewRun({ trigger: secretive });
      const [claim] = await queue().accept([run], undefined, 1);
      expect(claim?.trigger).to.deep.equal(secretive);
    });

    it("after a restart: its context, its steps with their effects, and its notes", async () => {
      const claim = await aClaim(queue(), { trigger: secretive });
      const effects = { assigned: { token: "t" }, output: { password: "o" } };
      await queue().step(claim, aStep({ path: "a", result: { password: "p" } }));
      await queue().step(claim, aStep({ path: "b", result: 1, effects }));
      await queue().step(claim, aStep({ path: "c", result: 2 }));
      await queue().note(claim, { path: "a", name: "n", value: "s3cret-text" });
      const shown = await store.now.get(claim.id);
      expect(shown?.steps.map(({ result }) => result)).to.deep.equal([
        { password: "[redacted]" },
        1,
        2,
      ]);
      await store.reopen({ redact, keys: [oldKey] });
      const again = await theClaim(queue());
      expect(again.trigger).to.deep.equal(secretive);
      expect(again.past.steps.map(({ result }) => result)).to.deep.equal([{ password: "p" }, 1, 2]);
      expect(again.past.steps[1]?.effects).to.deep.equal(effects);
      expect(again.past.notes).to.deep.equal([{ path: "a", name: "n", value: "s3cret-text" }]);
    });

    it("however large its context is, and in whatever characters", async () => {
      const text = "é😀".repeat(150_000);
      const trigger = { ...secretive, text, list: [{ pwd: text }] };
      const { id } = await aClaim(queue(), { trigger });
      await store.reopen({ redact, keys: [oldKey] });
      const claim = await theClaim(queue());
      expect(claim.id).to.equal(id);
      expect(claim.trigger).to.deep.equal(trigger);
      await waiting(claim);
      expect((await theClaim(queue())).trigger).to.deep.equal(trigger);
    });

    it("also under other names, where they are shown redacted all the same", async () => {
      const claim = await aClaim(queue(), { trigger: secretive });
      const copy = `It is ${Buffer.from("t0ken").toString("base64")}, or s3cr3t-token`;
      await queue().step(claim, aStep({ path: "a", result: { token: "s3cr3t-token" } }));
      expect(claim.redact("my s3cr3t-token")).to.equal("my [redacted]");
      await queue().step(claim, aStep({ path: "b", input: { by: copy }, result: copy }));
      await store.reopen({ redact, keys: [oldKey] });
      const again = await theClaim(queue());
      expect(again.past.steps[1]?.result).to.equal(copy);
      await queue().step(again, aStep({ path: "c", result: "s3cr3t-token" }));
      const child = aNewRun({
        parent: again.id,
        trigger: { data: { by: copy } },
        redact: again.redact,
      });
      await queue().accept([child]);
      await queue().end(again, anEnd(again, { output: { by: copy } }));
      const shown = [await store.now.get(claim.id), await store.now.get(child.id)];
      expect(JSON.stringify(shown)).not.to.contain("s3cr3t-token");
      expect(shown[0]?.steps[1])
        .to.have.nested.property("input.by")
        .that.matches(/or \[redacted]$/);
      expect((await theClaim(queue())).trigger).to.deep.equal(child.trigger);
    });

    it("in its definition, where they are written out in it", async () => {
      const workflow = aWorkflow({
        key: "notify",
        definition: { ...definitionOf('{"a":"[redacted]"}'), whole: () => '{"a":"t0ken"}' },
      });
      const claim = await aClaim(queue(), { workflow });
      expect(claim.definition.whole?.()).to.equal('{"a":"t0ken"}');
      const [accepted] = await queue().accept([aNewRun({ workflow })], undefined, 1);
      expect(accepted?.definition.whole?.()).to.equal('{"a":"t0ken"}');
      expect(JSON.stringify([claim, accepted, await store.now.get(claim.id)])).not.to.contain(
        "t0ken",
      );
    });

    it("in the newest note of a name, whether or not that one has a secret", async () => {
      const claim = await aClaim(queue());
      for (const value of ["s3cret-text", "open"]) {
        await queue().note(claim, { path: "a", name: "n", value });
      }
      for (const value of ["open", "s3cret-text"]) {
        await queue().note(claim, { path: "b", name: "n", value });
      }
      await waiting(claim);
      const { past } = await theClaim(queue());
      expect(past.notes.map(({ value }) => value)).to.have.members(["open", "s3cret-text"]);
      expect(past.notes.find(({ path }) => path === "a")?.value).to.equal("open");
    });

    it("in the output of a subflow, until its parent has ended", async () => {
      const parent = await aClaim(queue());
      const child = await aClaim(queue(), { parent: parent.id });
      await queue().end(child, anEnd(child, { output: { token: "t0ken" } }));
      expect((await queue().ended(child.id))?.output).to.deep.equal({ token: "t0ken" });
      expect((await store.now.get(child.id))?.output).to.deep.equal({ token: "[redacted]" });
      await queue().end(parent, anEnd(parent));
      expect((await queue().ended(child.id))?.output).to.deep.equal({ token: "[redacted]" });
      expect(await parts()).to.deep.equal([]);
    });

    it("in the answer of a delivery that comes again", async () => {
      const key = { workflow: "paid", key: "order-1" };
      const answer = { status: 200, headers: {}, body: { token: "t0ken" } };
      await store.now.deliveries.answer(key, answer, new Date(Date.now() + 60_000), []);
      await store.reopen({ redact, keys: [oldKey] });
      expect(await store.now.deliveries.answered(key)).to.deep.equal(answer);
      const again = store.now.deliveries.answer(key, { ...answer, status: 500 }, new Date(), []);
      expect(await again).to.deep.equal(answer);
    });
  });

  describe("are kept no longer than they are needed:", () => {
    it("a run without secrets keeps nothing sealed", async () => {
      const claim = await aClaim(queue());
      await queue().step(claim, aStep({ result: { title: "t" }, effects: { output: 1 } }));
      await queue().note(claim, { path: "a", name: "n", value: 1 });
      expect(await parts()).to.deep.equal([]);
    });

    for (const status of ["succeeded", "errored", "canceled"] as const) {
      it(`a run that ended ${status} keeps nothing sealed`, async () => {
        const claim = await aClaim(queue(), { trigger: secretive });
        await queue().step(claim, aStep({ result: { password: "p" } }));
        await queue().note(claim, { path: "a", name: "n", value: "s3cret-text" });
        expect(await parts()).to.deep.equal(["note a n", "step 0", "trigger"]);
        if (status === "canceled") await store.now.operations.cancel(claim.id);
        else await queue().end(claim, anEnd(claim, { status, output: { token: "t" } }));
        expect(await parts()).to.deep.equal([]);
      });
    }

    it("an intent keeps none, since only its replay could read it", async () => {
      await store.now.intents.open("intent-1", [aNewRun({ trigger: secretive })]);
      await store.now.intents.unconfirmed("intent-1");
      expect(await parts()).to.deep.equal([]);
    });

    it("a replay sees its context redacted, and the results that it takes over", async () => {
      const claim = await aClaim(queue(), { trigger: secretive });
      await queue().step(claim, aStep({ path: "login", result: { token: "t" } }));
      await queue().end(claim, anEnd(claim));
      const shown = (await store.now.get(claim.id))?.trigger as typeof secretive;
      const again = aNewRun({ trigger: shown, replayOf: claim.id });
      await store.now.operations.replay(again, ["login"]);
      const replay = await theClaim(queue());
      expect(replay.trigger).to.deep.equal(shown);
      expect(replay.past.steps[0]?.result).to.deep.equal({ token: "[redacted]" });
      expect(await parts()).to.deep.equal([]);
    });
  });

  describe("can't be read", () => {
    it("with another key: the run can only end; with the old one behind the new, it goes on", async () => {
      const { id } = await aClaim(queue(), { trigger: secretive });
      await store.reopen({ redact, keys: [newKey] });
      const claim = await unreadable(/store.key no longer has the key/);
      expect(claim.id).to.equal(id);
      await store.reopen({ redact, keys: [newKey, oldKey] });
      const readable = await theClaim(queue());
      expect(readable).to.deep.include({ unreadable: null, trigger: secretive });
      await queue().end(readable, anEnd(readable));
    });

    it("with a key that only sealed before: the first of the keys seals", async () => {
      await store.reopen({ redact, keys: [newKey, oldKey] });
      await aClaim(queue(), { trigger: secretive });
      await store.reopen({ redact, keys: [oldKey] });
      await unreadable(/store.key no longer has the key/);
    });

    it("with another key, without harm to runs that need nothing sealed", async () => {
      await aClaim(queue());
      await store.reopen({ redact, keys: [newKey] });
      expect(await theClaim(queue())).to.have.property("unreadable", null);
    });

    it("by who changes a byte of them", async () => {
      await aClaim(queue(), { trigger: secretive });
      await store.reopen({ redact, keys: [oldKey] });
      const other = "case substr(text, 60, 1) when 'A' then 'B' else 'A' end";
      await store.sealed(
        `update sealed set text = substr(text, 1, 59) || ${other} || substr(text, 61)`,
      );
      await unreadable(/was changed/);
    });

    it("by who copies them to another run", async () => {
      const claim = await aClaim(queue(), { trigger: secretive });
      const other = aNewRun({ trigger: { type: "webhook", body: { token: "other" } } });
      await queue().accept([other]);
      await store.reopen({ redact, keys: [oldKey] });
      const theirs = `(select text from sealed where run = '${claim.id}' and part = 'trigger')`;
      await store.sealed(`update sealed set text = ${theirs} where run = '${other.id}'`);
      const claims = await queue().claim(10);
      expect(claims.find(({ id }) => id === other.id)?.unreadable).to.match(/was changed/);
      expect(claims.find(({ id }) => id === claim.id)?.trigger).to.deep.equal(secretive);
    });

    it("by who copies those of one step to another", async () => {
      const claim = await aClaim(queue());
      await queue().step(claim, aStep({ path: "mine", result: { token: "t0ken" } }));
      await queue().step(claim, aStep({ path: "shown", result: { token: "other" } }));
      await store.reopen({ redact, keys: [oldKey] });
      const theirs = "(select text from sealed where part = 'step 0')";
      await store.sealed(`update sealed set text = ${theirs} where part = 'step 1'`);
      await unreadable(/was changed/);
    });

    it("by the answer to a delivery: it is refused until the key is back", async () => {
      const key = { workflow: "paid", key: "order-1" };
      const answer = { status: 200, headers: {}, body: { token: "t0ken" } };
      await store.now.deliveries.answer(key, answer, new Date(Date.now() + 60_000), []);
      await store.reopen({ redact, keys: [newKey] });
      const refused = await store.now.deliveries.answered(key).catch((error: unknown) => error);
      expect(refused).to.include({ code: "STORE_UNAVAILABLE" });
    });
  });
}
