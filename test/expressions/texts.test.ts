import { expect } from "chai";
import { nat, property, string } from "fast-check";
import { celLanguage } from "../../src/expressions/language.ts";
import type { Json } from "../../src/model/json.ts";
import { itHolds } from "../support/property.ts";
import { valueIn } from "./value-of.ts";

describe("a text", () => {
  describe("is counted and cut by code points", () => {
    const cases: [string, Json][] = [
      ["size(trigger.thumbs)", 2],
      ["trigger.thumbs.substring(0, 1)", "👍"],
      ["trigger.thumbs.substring(1)", "👍"],
      ["trigger.mixed.indexOf('b')", 2],
      ["trigger.mixed.indexOf('b', trigger.one)", 2],
      ["trigger.mixed.indexOf('a', 1)", 3],
      ["trigger.mixed.indexOf('x')", -1],
      ["trigger.mixed.lastIndexOf('a')", 3],
      ["trigger.mixed.lastIndexOf('a', 2)", 0],
      ["trigger.mixed.split('')", ["a", "👍", "b", "a"]],
      ["trigger.mixed.split('', 2)", ["a", "👍ba"]],
      ["trigger.mixed.split('a')", ["", "👍b", ""]],
      ["trigger.thumbs.replace('', '-')", "-👍-👍-"],
      ["'abÿß'.upperAscii()", "ABÿß"],
      ["'ABİÄ'.lowerAscii()", "abİÄ"],
      ["'abc'.substring(trigger.one)", "bc"],
      ["'a,b,c'.split(',', trigger.one + 1)", ["a", "b,c"]],
    ];
    for (const [text, value] of cases)
      it(`in ${text}`, () => expect(valueOf(text)).to.deep.equal(value));
  });

  for (const text of [
    "trigger.thumbs.substring(0, 3)",
    "trigger.thumbs.substring(2, 1)",
    "trigger.thumbs.substring(-1)",
    "'abc'.substring(0.5)",
    "trigger.thumbs.indexOf('a', 3)",
  ]) {
    it(`can't be cut or searched outside its ends by ${text}`, () =>
      expect(() => valueOf(text)).to.throw("reaches outside the text"));
  }

  itHolds(
    "is cut at the same places as the list of its code points",
    property(string({ unit: "binary" }), nat(20), nat(20), (text, from, length) => {
      const points = Array.from(text);
      const to = Math.min(points.length, from + length);
      if (from > to) return;
      const cut = valueOf(`trigger.text.substring(${from}, ${to})`, { text });
      expect(cut).to.equal(points.slice(from, to).join(""));
    }),
  );
});

const trigger = { thumbs: "👍👍", mixed: "a👍ba", one: 1 };

const language = celLanguage(() => new Date(), 1_000_000);

const valueOf = (text: string, data: Json = trigger): Json => valueIn(language, text, data);
