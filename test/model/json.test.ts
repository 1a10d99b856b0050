import { expect } from "chai";
import {
  bigInt,
  jsonValue,
  letrec,
  array,
  dictionary,
  oneof,
  property,
  string,
  nat,
} from "fast-check";
import { type Json, jsonText, parseJson } from "../../src/model/json.ts";
import { itHolds } from "../support/property.ts";

describe("JSON as the gateway reads and writes it", () => {
  const cases: [text: string, value: Json][] = [
    ["50755254975729665", 50755254975729665n],
    ["-50755254975729665", -50755254975729665n],
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", 9007199254740992],
    ["9007199254740993", 9007199254740993n],
    ["-9007199254740993", -9007199254740993n],
    ["123456789012345678901234567890", 123456789012345678901234567890n],
    ["12345678901234567.5", 12345678901234568],
    ["1e30", 1e30],
    ['"50755254975729665"', "50755254975729665"],
    ['"a \\" 50755254975729665"', 'a " 50755254975729665'],
    ['{"50755254975729665":1}', { "50755254975729665": 1 }],
  ];
  for (const [text, value] of cases) {
    it(`keeps ${text} exactly`, () => expect(parseJson(text)).to.deep.equal(value));
  }

  it("keeps a large integer at every place of a text", () => {
    for (let before = 0; before < 40; before++) {
      const text = `[${" ".repeat(before)}50755254975729665]`;
      expect(parseJson(text), text).to.deep.equal([50755254975729665n]);
    }
  });

  it("reports a mistake in a text with a large integer as in any other text, with its position", () => {
    expect(() => parseJson("[50755254975729665, x]"))
      .to.throw(SyntaxError)
      .with.property("message")
      .that.matches(/Unexpected token 'x'/)
      .and.does.not.include("integer-");
  });

  it("refuses a large integer in place of a name, as it does any other number", () => {
    expect(() => parseJson("{50755254975729665:1}")).to.throw(
      SyntaxError,
      /Expected property name/,
    );
  });

  it("makes an own member of the name __proto__, large integers or not", () => {
    const value = parseJson('{"__proto__":{"id":50755254975729665}}') as object;
    expect(Object.keys(value)).to.deep.equal(["__proto__"]);
    expect(Object.getPrototypeOf(value)).to.equal(Object.prototype);
  });

  it("keeps a large integer beside a text of any length, and is quick with one of any length", () => {
    const long = "x".repeat(9_000_000);
    expect(parseJson(`{"a":"${long}","id":50755254975729665}`)).to.deep.equal({
      a: long,
      id: 50755254975729665n,
    });
    expect(parseJson(`[-${"9".repeat(5_000_000)}]`)).to.deep.equal([-Infinity]);
  });

  const { value } = letrec<{ value: Json }>((tie) => ({
    value: oneof(
      { depthSize: "small" },
      bigInt().filter((n) => n > 2n ** 53n || n < -(2n ** 53n)),
      string(),
      nat(),
      array(tie("value")),
      dictionary(string(), tie("value")),
    ),
  }));
  itHolds(
    "gives back every value with large integers that it has written",
    property(value, (one) => {
      expect(parseJson(jsonText(one))).to.deep.equal(one);
    }),
  );
  itHolds(
    "reads and writes as JSON.parse and JSON.stringify do where there is no large integer",
    property(jsonValue(), (one) => {
      const text = JSON.stringify(one);
      if (/\d{16}/.test(text)) return;
      expect(parseJson(text)).to.deep.equal(JSON.parse(text));
      expect(jsonText(one as Json)).to.equal(text);
    }),
  );
});
