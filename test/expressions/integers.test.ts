import { expect } from "chai";
import { bigInt, property } from "fast-check";
import { celLanguage } from "../../src/expressions/language.ts";
import { type Json, jsonText, parseJson } from "../../src/model/json.ts";
import { templateParts } from "../../src/model/template-parts.ts";
import { itHolds } from "../support/property.ts";
import { anyTrigger, valueIn } from "./value-of.ts";

describe("an integer outside ±2^53", () => {
  describe("is never changed", () => {
    const cases: [string, Json][] = [
      ["trigger.id", 50755254975729665n],
      ["trigger.id == 50755254975729665", true],
      ["50755254975729665 == trigger.id", true],
      ["trigger.id == 50755254975729664", false],
      ["trigger.id != 50755254975729667", true],
      ["trigger.id == trigger.same", true],
      ["trigger.id == trigger.next", false],
      ["trigger.id < trigger.next", true],
      ["trigger.id > trigger.small", true],
      ["trigger.small < trigger.id", true],
      ["trigger.id > 7.5", true],
      ["trigger.id in [1, 50755254975729665]", true],
      ["trigger.id in [1, 50755254975729667]", false],
      ["trigger.id in trigger.ids", true],
      ["trigger.next in trigger.ids", false],
      ["trigger.ids.exists(id, id == trigger.id)", true],
      ["trigger.id + 1", 50755254975729666n],
      ["trigger.id + trigger.small", 50755254975729672n],
      ["trigger.id - trigger.id", 0],
      ["trigger.id * 2", 101510509951459330n],
      ["string(trigger.id)", "50755254975729665"],
      ["int('50755254975729665')", 50755254975729665n],
      ["[trigger.id]", [50755254975729665n]],
      ["{'id': trigger.id}", { id: 50755254975729665n }],
      ["trigger.id == null", false],
      ["trigger.max", 9223372036854775807n],
      ["9007199254740992", 9007199254740992],
      ["9007199254740993", 9007199254740993n],
    ];
    for (const [text, value] of cases)
      it(`in ${text}`, () => expect(valueOf(text)).to.deep.equal(value));

    it("inside a text", () => {
      const compiled = language.template(
        templateParts("/users/${{ trigger.id }}?x=${{ trigger.ids }}"),
        anyTrigger,
      );
      if (!compiled.ok) throw new Error("it was refused");
      expect(compiled.value.evaluate({ trigger })).to.equal(
        "/users/50755254975729665?x=[1,50755254975729665]",
      );
    });
  });

  describe("is an error, never a wrong number, where it", () => {
    const cases: [string, string, RegExp][] = [
      ["is read and does not fit 64 bits", "trigger.huge", /outside 64 bits/],
      ["is compared and does not fit 64 bits", "trigger.huge == 1", /outside 64 bits/],
      ["is inside a result and does not fit 64 bits", "trigger", /outside 64 bits/],
      ["grows beyond 64 bits", "trigger.max + 1", /numeric overflow|64 bits/],
      ["grows beyond 64 bits by a number of JSON", "trigger.max + trigger.small", /64 bits/],
      ["is multiplied by a fraction", "trigger.id * 0.5", /fraction/],
      ["is divided by a number of JSON", "trigger.id / trigger.small", /fraction/],
    ];
    for (const [what, text, message] of cases) {
      it(what, () => expect(() => valueOf(text)).to.throw(message));
    }
  });

  itHolds(
    "goes through an expression digit by digit, and compares by value",
    property(bigInt(-(2n ** 63n), 2n ** 63n - 1n), bigInt(-(2n ** 63n), 2n ** 63n - 1n), (a, b) => {
      const data = parseJson(`{"a":${a},"b":${b}}`);
      expect(jsonText(valueOf("trigger.a", data))).to.equal(String(a));
      expect(valueOf("trigger.a == trigger.b", data)).to.equal(a === b);
      expect(valueOf("trigger.a < trigger.b", data)).to.equal(a < b);
      expect(valueOf(`trigger.a >= ${b < 0n ? `(${b})` : b}`, data)).to.equal(a >= b);
      expect(valueOf("trigger.a in [trigger.b, trigger.a]", data)).to.equal(true);
    }),
  );
});

const trigger = {
  id: 50755254975729665n,
  same: 50755254975729665n,
  next: 50755254975729667n,
  small: 7,
  ids: [1, 50755254975729665n],
  max: 9223372036854775807n,
  huge: 123456789012345678901234567890n,
};

const language = celLanguage(() => new Date(), 1_000_000);

const valueOf = (text: string, data: Json = trigger): Json => valueIn(language, text, data);
