import { expect } from "chai";
import {
  array,
  assert,
  constantFrom,
  integer,
  json,
  jsonValue,
  asyncProperty,
  string,
} from "fast-check";
import { parseStrictJson } from "../../src/body/strict-json.ts";
import { GatewayError } from "../../src/model/errors.ts";
import { parseJson } from "../../src/model/json.ts";

describe("strict JSON", () => {
  it("that is harmless has the value that JSON.parse gives, except for integers that JSON.parse would round", async () => {
    await assert(
      asyncProperty(json(), async (text) => {
        if (text.includes("__proto__")) return;
        expect(await parseStrictJson(text)).to.deep.equal(parseJson(text));
      }),
    );
  });

  it("may be written with any white space, and is malformed with any other", async () => {
    const space = array(constantFrom(" ", "\t", "\n", "\r"), { maxLength: 3 }).map((all) =>
      all.join(""),
    );
    await assert(
      asyncProperty(jsonValue(), space, space, async (value, before, after) => {
        const text = before + JSON.stringify(value, null, after) + after;
        if (text.includes("__proto__")) return;
        expect(await parseStrictJson(text)).to.deep.equal(parseJson(text));
      }),
    );
    for (const other of ["\u00a0", "\u2028", "\v", "\f", "\0"]) {
      expect(await refusal(`${other}{}`)).to.contain("malformed");
    }
  });

  it("accepts nothing that JSON.parse refuses", async () => {
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
    await assert(
      asyncProperty(array(pieces, { maxLength: 8 }), async (parts) => {
        const text = parts.join("");
        if (!isJson(text)) expect(await refusal(text)).to.contain("not usable JSON");
      }),
      { numRuns: 1_000 },
    );
  });

  it("refuses one name twice in one object, however the two are spelt and however deep they are", async () => {
    await assert(
      asyncProperty(
        string({ unit: "binary", minLength: 1, maxLength: 4 }),
        integer({ min: 0, max: 98 }),
        async (name, depth) => {
          const twice = `{${JSON.stringify(name)}:1,"b${"b".repeat(9)}":[],${escaped(name)}:2}`;
          const text = '{"x":['.repeat(depth / 2) + twice + "]}".repeat(depth / 2);
          expect(await refusal(text)).to.match(/twice in one object|__proto__/);
        },
      ),
    );
  });

  it("accepts one name in two objects, and as a value", async () => {
    const text = '[{"a":{"a":"a"},"b":["a","a"]},{"a":"\\"a\\":1,\\"a\\":2"}]';
    expect(await parseStrictJson(text)).to.deep.equal(parseJson(text));
  });

  it("refuses the name __proto__, also escaped, and not as a value", async () => {
    for (const name of ['"__proto__"', '"\\u005f_proto__"', '"__prot\\u006F__"']) {
      expect(await refusal(`{"a":[{${name}:{}}]}`)).to.contain("__proto__");
    }
    expect(await parseStrictJson('{"constructor":"__proto__"}')).to.deep.equal({
      constructor: "__proto__",
    });
  });

  it("refuses a number beyond a double, and accepts each that a double comes near", async () => {
    for (const number of ["1e309", "-1E+400", `1${"0".repeat(309)}`, `-9${"9".repeat(400)}.5`]) {
      expect(await refusal(`[1,{"a":${number}}]`)).to.contain("beyond a double");
    }
    for (const number of ["1e308", "-1.7976931348623157e308", "1e-999", "1.0"]) {
      expect(await parseStrictJson(number)).to.equal(Number(number));
    }
    expect(await parseStrictJson("12345678901234567890")).to.equal(12345678901234567890n);
    expect(await parseStrictJson('"1e309"')).to.equal("1e309");
  });

  it("refuses nesting over 100, of lists and objects alike, and takes 100", async () => {
    await assert(
      asyncProperty(
        array(constantFrom<[string, string]>(["[", "]"], ['{"a":', "}"]), {
          minLength: 95,
          maxLength: 105,
        }),
        async (levels) => {
          const text = `${levels.map(([open]) => open).join("")}1${levels
            .toReversed()
            .map(([, close]) => close)
            .join("")}`;
          if (levels.length > 100) expect(await refusal(text)).to.contain("deeper than 100");
          else expect(await parseStrictJson(text)).to.deep.equal(parseJson(text));
        },
      ),
    );
    expect(await refusal("[".repeat(1_000_000) + "]".repeat(1_000_000))).to.contain(
      "deeper than 100",
    );
  });

  it("refuses a byte order mark", async () => {
    expect(await refusal("\ufeff{}")).to.contain("byte order mark");
  });

  it("says where a mistake is", async () => {
    expect(await refusal('{\n  "a": 1,\n  "a": 2\n}')).to.contain("line 3, column 3");
    expect(await refusal('{"a": 1e999}')).to.contain("line 1, column 7");
  });

  it("refuses more than 50,000 values, before they are made", async () => {
    expect(await refusal(`[${"{},".repeat(3_000_000)}{}]`)).to.contain("more than 50000 values");
    expect(await refusal(`{${'"a":1,'.repeat(200_000)}}`)).to.contain("more than 50000 values");
    const most = `[${"1,".repeat(49_997)}1]`;
    expect(await parseStrictJson(most)).to.have.length(49_998);
    expect(await parseStrictJson(`"${"[{,".repeat(200_000)}"`)).to.have.length(600_000);
  });

  it("of 10 MB makes others wait only for a fraction of the time that it takes", async () => {
    const texts = [
      `[${" ".repeat(10_000_000)}]`,
      `[${"\n".repeat(10_000_000)}x`,
      `{"a":"${"\\\\".repeat(5_000_000)}"}`,
      `[${'"",'.repeat(45_000)}"${"x".repeat(9_000_000)}"]`,
      "9".repeat(10_000_000),
      `0.${"1".repeat(10_000_000)}`,
    ];
    for (const text of texts) {
      let turns = 0;
      const look = setInterval(() => turns++, 0);
      await parseStrictJson(text).catch(() => undefined);
      clearInterval(look);
      if (text.length > 1_000_000 && /^\[[ \n]/.test(text)) expect(turns).to.be.above(3);
    }
  });
});

/** Why a text is refused. */
async function refusal(text: string): Promise<string> {
  try {
    await parseStrictJson(text);
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
