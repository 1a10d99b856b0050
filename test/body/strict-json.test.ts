import { expect } from "chai";
import {
  array,
  assert,
  constantFrom,
  integer,
  json,
  jsonValue,
  property,
  string,
} from "fast-check";
import { parseStrictJson } from "../../src/body/strict-json.ts";
import { GatewayError } from "../../src/model/errors.ts";

describe("strict JSON", () => {
  it("that is harmless has the value that JSON.parse gives", () => {
    assert(
      property(json(), (text) => {
        if (text.includes("__proto__")) return;
        expect(parseStrictJson(text)).to.deep.equal(JSON.parse(text));
      }),
    );
  });

  it("may be written with any white space, and is malformed with any other", () => {
    const space = array(constantFrom(" ", "\t", "\n", "\r"), { maxLength: 3 }).map((all) =>
      all.join(""),
    );
    assert(
      property(jsonValue(), space, space, (value, before, after) => {
        const text = before + JSON.stringify(value, null, after) + after;
        if (text.includes("__proto__")) return;
        expect(parseStrictJson(text)).to.deep.equal(JSON.parse(text));
      }),
    );
    for (const other of ["\u00a0", "\u2028", "\v", "\f", "\0"]) {
      expect(refusal(`${other}{}`)).to.contain("malformed");
    }
  });

  it("accepts nothing that JSON.parse does not", () => {
    const pieces = constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"',
      "1",
      "-",
      "1e5",
      "null",
      " ",
      "\\",
      "'",
    );
    assert(
      property(array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join("");
        if (!isJson(text)) expect(refusal(text)).to.contain("malformed");
      }),
      { numRuns: 1_000 },
    );
  });

  it("refuses one name twice in one object, however the two are spelt and however deep they are", () => {
    assert(
      property(
        string({ unit: "binary", minLength: 1, maxLength: 4 }),
        integer({ min: 0, max: 98 }),
        (name, depth) => {
          const twice = `{${JSON.stringify(name)}:1,"b${"b".repeat(9)}":[],${escaped(name)}:2}`;
          const text = '{"x":['.repeat(depth / 2) + twice + "]}".repeat(depth / 2);
          expect(refusal(text)).to.match(/twice in one object|__proto__/);
        },
      ),
    );
  });

  it("accepts one name in two objects, and as a value", () => {
    const text = '[{"a":{"a":"a"},"b":["a","a"]},{"a":"\\"a\\":1,\\"a\\":2"}]';
    expect(parseStrictJson(text)).to.deep.equal(JSON.parse(text));
  });

  it("refuses the name __proto__, also escaped, and not as a value", () => {
    for (const name of ['"__proto__"', '"\\u005f_proto__"', '"__prot\\u006F__"']) {
      expect(refusal(`{"a":[{${name}:{}}]}`)).to.contain("__proto__");
    }
    expect(parseStrictJson('{"constructor":"__proto__"}')).to.deep.equal({
      constructor: "__proto__",
    });
  });

  it("refuses a number beyond a double, and accepts each that a double comes near", () => {
    for (const number of ["1e309", "-1E+400", `1${"0".repeat(309)}`, `-9${"9".repeat(400)}.5`]) {
      expect(refusal(`[1,{"a":${number}}]`)).to.contain("beyond a double");
    }
    for (const number of [
      "1e308",
      "-1.7976931348623157e308",
      "1e-999",
      "12345678901234567890",
      "1.0",
    ]) {
      expect(parseStrictJson(number)).to.equal(Number(number));
    }
    expect(parseStrictJson('"1e309"')).to.equal("1e309");
  });

  it("refuses nesting over 100, of lists and objects alike, and takes 100", () => {
    assert(
      property(
        array(constantFrom<[string, string]>(["[", "]"], ['{"a":', "}"]), {
          minLength: 95,
          maxLength: 105,
        }),
        (levels) => {
          const text = `${levels.map(([open]) => open).join("")}1${levels
            .toReversed()
            .map(([, close]) => close)
            .join("")}`;
          if (levels.length > 100) expect(refusal(text)).to.contain("deeper than 100");
          else expect(parseStrictJson(text)).to.deep.equal(JSON.parse(text));
        },
      ),
    );
    expect(refusal("[".repeat(1_000_000) + "]".repeat(1_000_000))).to.contain("deeper than 100");
  });

  it("refuses a byte order mark", () => {
    expect(refusal("\ufeff{}")).to.contain("byte order mark");
  });

  it("tells where it is wrong", () => {
    expect(refusal('{\n  "a": 1,\n  "a": 2\n}')).to.contain("line 3, column 3");
    expect(refusal('{"a": 1e999}')).to.contain("line 1, column 7");
  });

  it("of great size is looked at in time that grows with its size", () => {
    const slashes = `"${"\\\\".repeat(500_000)}"`;
    const started = Date.now();
    expect(parseStrictJson(`{"a":${slashes},"b":[${"1,".repeat(500_000)}1]}`)).to.have.property(
      "a",
    );
    expect(Date.now() - started).to.be.below(5_000);
  });
});

/** Why a text is refused. */
function refusal(text: string): string {
  try {
    parseStrictJson(text);
  } catch (error) {
    expect(error).to.be.instanceOf(GatewayError).and.include({ code: "BAD_JSON" });
    return (error as Error).message;
  }
  throw new Error(`accepted: ${text.slice(0, 200)}`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A name with every character as an escape. */
const escaped = (name: string) =>
  `"${name
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("")}"`;
