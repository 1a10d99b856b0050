import { expect } from "chai";
import { celLanguage } from "../../src/expressions/language.ts";
import type { Expression } from "../../src/model/expression.ts";
import type { Json } from "../../src/model/json.ts";
import type { Branch } from "../../src/model/step.ts";
import { anyTrigger } from "../expressions/value-of.ts";
import { act, branch, repeat } from "./builders.ts";
import { life, nothingKept } from "./lives.ts";

describe("time and random values", () => {
  it("are the same after a crash, wherever the process died", async () => {
    for (const dieAt of [1, 2, 3, 4]) {
      const sent: Json[] = [];
      const steps = branch(asks(sent, "[uuid(), string(now())]"), asks(sent, "uuid()"));
      const kept = nothingKept();
      await life(steps, kept, { dieAt, random: () => 0 }).catch(() => undefined);
      const end = await life(steps, kept);
      expect(end).to.deep.include({ status: "succeeded" });
      // What a step has sent, it has sent in the same way each time.
      expect(new Set(sent.map((one) => JSON.stringify(one))).size).to.equal(2);
      expect(sent.length).to.be.at.least(2);
    }
  });

  it("are the same on each attempt of a step", async () => {
    const sent: Json[] = [];
    const failing = act(
      ({ evaluate }) => {
        sent.push(evaluate(compiled("uuid()")));
        if (sent.length < 3) throw new Error("busy");
        return null;
      },
      { retry: { attempts: 3, delay: 0, factor: 1, maxDelay: 0 } },
    );
    await life(branch(failing), nothingKept());
    expect(sent).to.have.length(3);
    expect(new Set(sent).size).to.equal(1);
  });

  it("differ by call, step, turn and run", async () => {
    const sent: Json[] = [];
    const steps = branch(
      asks(sent, "uuid()"),
      asks(sent, "uuid()"),
      repeat(2, branch(asks(sent, "uuid()"))),
    );
    const twice = branch(asks(sent, "[uuid(), uuid()]"));
    await life(steps, nothingKept());
    await life(steps, nothingKept());
    await life(twice, nothingKept());
    expect(new Set(sent.flat()).size).to.equal(10);
    for (const one of sent.flat()) expect(one).to.match(UUID);
  });

  it("write nothing where a run asks for no random value", async () => {
    const kept = nothingKept();
    await life(branch(asks([], "now()")), kept);
    expect(kept.notes).to.deep.equal([]);
  });

  it("are noted once for a run that asks for random values", async () => {
    const kept = nothingKept();
    await life(branch(asks([], "uuid()"), asks([], "uuid()")), kept);
    expect(kept.notes.map(({ name }) => name)).to.deep.equal(["seed"]);
  });

  it("are the run's beginning for now(), however late a step asks", async () => {
    const sent: Json[] = [];
    const startedAt = new Date("2026-01-02T03:04:05Z");
    await life(branch(asks(sent, "now()")), nothingKept(), { start: { startedAt } });
    expect(sent).to.deep.equal(["2026-01-02T03:04:05.000Z"]);
  });
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const language = celLanguage(() => new Date(), 1_000_000);

function compiled(text: string): Expression {
  const result = language.expression(text, anyTrigger, null);
  if (!result.ok) throw new Error(result.mistakes[0]?.message);
  return result.value;
}

/** A step that acts: it sends the value of an expression of its configuration. */
function asks(sent: Json[], text: string): Branch[number] {
  const expression = compiled(text);
  let value: Json = null;
  const send = () => {
    sent.push(value);
    return value;
  };
  return {
    ...act(send, {}, { acts: true }),
    configure(scope) {
      value = expression.evaluate(scope);
      return value;
    },
  };
}
