import { inspect } from "node:util";
import { expect } from "chai";
import { array, assert, constantFrom, property } from "fast-check";
import { celLanguage } from "../../src/expressions/language.ts";
import type { Names, Scope } from "../../src/model/expression.ts";
import type { Json } from "../../src/model/json.ts";
import { templateParts } from "../../src/model/template-parts.ts";

const namesOf = (text: string) => {
  const compiled = language.expression(text, names, "range");
  return compiled.ok ? compiled.value.names : null;
};

describe("an expression", () => {
  describe("mixes JSON numbers with literals", () => {
    const cases: [string, Json][] = [
      ["trigger.n * 2", 14],
      ["2 * trigger.n", 14],
      ["trigger.n / 2", 3.5],
      ["trigger.n % 2", 1],
      ["trigger.n - 1 + 0.5", 6.5],
      ["size(trigger.list) - 1", 2],
      ["size(trigger.list) * trigger.n", 21],
      ["trigger.n == 7 && trigger.n != 8 && trigger.n < 7.5 && 6 < trigger.n", true],
      ["1 == 1.0", true],
      ["trigger.list[trigger.one]", "b"],
      ["trigger.list[size(trigger.list) - 1]", "c"],
      ["trigger.n in [1, 7]", true],
      ["[1, 2].map(x, x * trigger.n)", [7, 14]],
      ["double('1.5') * 2", 3],
      ["trigger.collection.substring(trigger.one)", "osts"],
      ["trigger.collection.substring(1, trigger.one + 2)", "os"],
      ["trigger.n > 5 ? 1 : 2.5", 1],
      ["trigger.n > 5 ? 'big' : null", "big"],
      ["trigger.list.map(word, word == 'a' ? trigger.n / 2 : word)", [3.5, "b", "c"]],
    ];
    for (const [text, value] of cases)
      it(`in ${text}`, () => expect(valueOf(text)).to.deep.equal(value));
  });

  describe("compares anything with null", () => {
    const cases: [string, boolean][] = [
      ["trigger.nothing == null", true],
      ["trigger.n == null", false],
      ["trigger.list != null", true],
      ["trigger.collection == null", false],
      ['"" == null', false],
      ["0 == null", false],
      ["false == null", false],
      ["[] == null", false],
      ["{} == null", false],
      ["now() == null", false],
      ["trigger == null", false],
      ["null != trigger.request", true],
    ];
    for (const [text, value] of cases)
      it(`in ${text}`, () => expect(valueOf(text)).to.equal(value));
  });

  it("asks for what may be missing with has() and orValue()", () => {
    expect(valueOf("has(trigger.object.a)")).to.equal(true);
    expect(valueOf("has(trigger.object.b)")).to.equal(false);
    expect(valueOf("trigger.object.?b.orValue('none')")).to.equal("none");
    expect(valueOf("trigger.object.?a.orValue(2)")).to.equal(1);
  });

  it("gives plain JSON: numbers, ISO times, durations, objects", () => {
    expect(valueOf("[1, 2.5, {'a': 3}]")).to.deep.equal([1, 2.5, { a: 3 }]);
    expect(valueOf("now()")).to.equal("2026-01-02T03:04:05.000Z");
    expect(valueOf("duration('90s')")).to.equal("90s");
    expect(valueOf("null")).to.equal(null);
    expect(valueOf("trigger.object")).to.deep.equal({ a: 1 });
  });

  describe("errs, rather than guessing, when", () => {
    const cases: [string, string, RegExp][] = [
      ["a key is missing", "trigger.object.b == 1", /no such key "b"/],
      ["a missing key decides what && gives", "trigger.object.b && true", /no such key/i],
      ["a number is divided by zero", "trigger.n / 0", /not a finite number/],
      ["a double is divided by a double zero", "trigger.n / trigger.zero", /not a finite number/],
      ["infinity is only compared", "trigger.n / trigger.zero > 100.0", /not a finite number/],
      ["NaN is only compared", "trigger.zero / trigger.zero < 1.0", /not a finite number/],
      ["a product is too large", "(trigger.n * 1e300) * (trigger.n * 1e300) > 1", /not a finite/],
      ["a text says infinity", "double('inf') > 1.0", /not a finite number/],
      [
        "a macro computes too large a number",
        "trigger.list.exists(w, 1e308 * 10.0 > 1.0)",
        /not a finite/,
      ],
      ["a key is mistyped", "trigger.object.aa", /no such key "aa"; did you mean "a"/],
      ["a computed key is missing", "trigger.object[trigger.collection]", /: no such key$/],
      ["types do not fit", "trigger.n > 'a'", /no such overload/],
      ["the value may be absent", "trigger.object.?b", /orValue/],
    ];
    for (const [what, text, message] of cases) {
      it(what, () =>
        expect(() => valueOf(text))
          .to.throw(message)
          .with.property("name", "ExpressionError"),
      );
    }
  });

  describe("that a loop is to go over", () => {
    for (const [text, type] of [
      ["trigger.collection", "string"],
      ["trigger.n > 1", "bool"],
      ["now()", "google.protobuf.Timestamp"],
    ] as const) {
      it(`is refused when it is of type ${type}`, () => {
        expect(language.expression(text, names, "range"))
          .to.have.nested.property("mistakes[0].message")
          .that.equals(`should be a list, a number of times or an object, but is of type ${type}`);
      });
    }

    for (const text of ["[1]", "3", "2.5", "{'a': 1}", "trigger.list", "trigger.request"]) {
      it(`may be ${text}`, () =>
        expect(language.expression(text, names, "range")).to.have.property("ok", true));
    }
  });

  it("is true when one side of || is true and the other side errs, as CEL defines", () => {
    expect(valueOf("trigger.object.b == 1 || true")).to.equal(true);
  });

  describe("is refused when it is loaded for", () => {
    const cases: [string, string, number, RegExp][] = [
      ["ending too early", "1 + ", 4, /unexpected token/i],
      ["being empty", "  ", 0, /missing/],
      ["an unknown name", "1 + triger.n", 4, /unknown name "triger"; did you mean "trigger"\?/],
      [
        "an unknown field of trigger",
        "trigger.collectoin",
        8,
        /no field "collectoin"; did you mean "collection"/,
      ],
      [
        "an unknown field further in",
        "trigger.request.methd",
        16,
        /trigger.request has no field "methd"/,
      ],
      ["an unknown field inside has()", "has(trigger.colection)", 12, /did you mean "collection"/],
      ["an unknown step", "steps.lok_up.id", 6, /no step "lok_up"; did you mean "look_up"/],
      ["a later step", "steps.pay.id", 6, /"pay" is not done yet/],
      ["an unknown variable", "vars.totl", 5, /no variable "totl"; did you mean "total"/],
      ["`each` outside a loop", "each.item", 0, /only inside a loop/],
      ["`error` outside onError", "error.code", 0, /only inside an onError/],
      ["an unknown function", "foo(1)", 0, /foo/],
      ["wrong types", "trigger.collection + 1", 0, /no such overload/],
      ["secrets as a whole", "secrets", 0, /one by one/],
      ["computed secrets", "secrets[trigger.collection]", 0, /one by one/],
      ["a bad pattern", "trigger.collection.matches('(')", 27, /RE2/],
      ["a mistyped function", "1 + siez('a')", 4, /no function "siez"; did you mean "size"/],
      ["a mistyped method", "trigger.collection.machtes('a')", 19, /did you mean "matches"/],
      ["an unknown field in brackets", "trigger['colection']", 8, /did you mean "collection"/],
      ["an unknown step in brackets", "steps['nosuch']", 6, /no step "nosuch"/],
      ["secrets passed on by a macro", "cel.bind(s, secrets, s.KEY)", 12, /one by one/],
      ["a key that a map would lose", "{'constructor': 1}", 1, /can't be given the key/],
      ["a pattern with a back-reference", "matches('aa', r'(a)\\1')", 14, /RE2/],
    ];
    for (const [what, text, offset, message] of cases) {
      it(what, () => {
        const compiled = language.expression(text, names, null);
        if (compiled.ok) return expect.fail("it was taken");
        expect(compiled.mistakes[0]?.message).to.match(message);
        expect(compiled.mistakes[0]?.offset).to.equal(offset);
      });
    }

    it("not being a condition where one is asked for", () => {
      expect(language.expression("1 + 1", names, "bool")).to.have.property("ok", false);
      expect(language.expression("trigger.n", names, "bool")).to.have.property("ok", true);
    });
  });

  it("errs when the value of a condition is not a boolean", () => {
    const compiled = language.expression("trigger.n", names, "bool");
    if (!compiled.ok) return expect.fail("it was refused");
    expect(() => compiled.value.evaluate(scope)).to.throw("trigger.n: should be true or false");
  });

  it("knows the variables that a macro binds", () => {
    expect(valueOf("trigger.list.exists(word, word == 'b')")).to.equal(true);
    expect(valueOf("cel.bind(total, trigger.n * 2, total + 1)")).to.equal(15);
  });

  it("knows the turn of the loops around it by their names", () => {
    const inLoop = { ...names, loops: ["each", "line"] };
    const compiled = language.expression("each.index + line.item", inLoop, null);
    if (!compiled.ok) return expect.fail(compiled.mistakes[0]?.message);
    const turns = {
      each: { item: 1, index: 2, length: 3 },
      line: { item: 5, index: 0, length: 1 },
    };
    expect(compiled.value.evaluate({ ...scope, ...turns })).to.equal(7);
  });

  it("tells which secrets it reads", () => {
    const compiled = language.expression("secrets.API_KEY + secrets.OTHER", names, null);
    expect(compiled).to.have.deep.nested.property("told.secrets", ["API_KEY", "OTHER"]);
  });

  it("may ask whether a secret is there, and says which one is not", () => {
    expect(valueOf("secrets.?NOSUCH.orValue('none')")).to.equal("none");
    expect(valueOf("secrets['KEY']")).to.equal("s3cr3t-value");
    expect(() => valueOf("secrets.NOSUCH")).to.throw(
      "secrets.NOSUCH: the secret NOSUCH is not set",
    );
  });

  it("matches with RE2, as a method and as a function", () => {
    expect(valueOf("trigger.collection.matches('^po.ts$')")).to.equal(true);
    expect(valueOf("matches(trigger.collection, 'os')")).to.equal(true);
    expect(valueOf("'matches' == 'matches' && trigger.collection.matches ('^x')")).to.equal(false);
    expect(valueOf("trigger.collection.matches(trigger.list[0] + '|posts')")).to.equal(true);
  });

  describe("withstands", () => {
    it("a pattern that would backtrack for ever", () => {
      const text = "matches(trigger.long, '^(a+)+$')";
      expect(valueOf(text, { long: `${"a".repeat(50_000)}!` })).to.equal(false);
    });

    for (const text of [
      "bool(secrets.KEY)",
      "int(secrets.KEY)",
      "duration(secrets.KEY)",
      "timestamp(secrets.KEY)",
      "trigger.object[secrets.KEY]",
      "trigger.collection.matches(secrets.KEY + '(')",
      "now().getHours(secrets.KEY)",
      "bytes(secrets.KEY).json()",
      "secrets.KEY > 1",
    ]) {
      it(`the attempt to read a secret from an error message: ${text}`, () => {
        expect(() => valueOf(text))
          .to.throw()
          .that.satisfies((error: Error) => !inspect(error).includes("3cr3t-value"));
      });
    }

    for (const constructor of [1, null, "x", {}, []]) {
      it(`a field "constructor" of ${JSON.stringify(constructor)} that would hide the fields beside it`, () => {
        const more = { object: { id: 5, constructor, deep: [{ id: 6, constructor }] } };
        expect(valueOf("trigger.?object.?id.orValue(0)", more)).to.equal(5);
        expect(valueOf("trigger.object[?'id'].orValue(0)", more)).to.equal(5);
        expect(valueOf("trigger.object.?nosuch.orValue(0)", more)).to.equal(0);
        expect(valueOf("trigger.object.id == 5 && has(trigger.object.id)", more)).to.equal(true);
        expect(valueOf("trigger.object.deep.exists(one, one.id == 6)", more)).to.equal(true);
        expect(valueOf("trigger.object.constructor", more)).to.deep.equal(constructor);
        expect(valueOf("trigger.object", more)).to.deep.equal(more.object);
        expect(valueOf("trigger.object == null", more)).to.equal(false);
        expect(valueOf("size(trigger.object)", more)).to.equal(3);
      });
    }

    it("a computed pattern of a million letters", () => {
      const text = "trigger.collection.matches(trigger.long)";
      expect(() => valueOf(text, { long: "a".repeat(1_000_000) })).to.throw(/at most/);
    });

    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      it(`reaching for the inherited ${name}`, () => {
        expect(() => valueOf(`trigger.object.${name}`)).to.throw(/no such key/i);
        expect(valueOf(`has(trigger.object.${name})`)).to.equal(false);
      });
    }

    it("an expression of a million brackets", () => {
      const deep = "(".repeat(5_000) + "1" + ")".repeat(4_999);
      expect(language.expression(deep, names, null)).to.have.property("ok", false);
    });
  });
});

describe("any text at all", () => {
  const pieces = constantFrom(
    ..."${{ }} { } ( ) ' \" \\ a 1 r' + [ ] . .? , : ? // secrets trigger matches \n".split(" "),
    " ",
  );

  it("is compiled or refused at a place in it, and errs only as an ExpressionError", () => {
    const texts = array(pieces, { maxLength: 30 }).map((parts) => parts.join(""));
    const holds = property(texts, (text) => {
      const compiled = language.template(templateParts(text), names);
      if (!compiled.ok) {
        for (const { offset } of compiled.mistakes) expect(offset).to.be.within(0, text.length);
        return;
      }
      try {
        compiled.value.evaluate(scope);
      } catch (error) {
        expect(error).to.have.property("name", "ExpressionError");
      }
    });
    assert(holds, { numRuns: 3_000 });
  });
});

describe("a template", () => {
  const cases: [string, string, Json][] = [
    ["keeps the type of a lone expression", "  ${{ trigger.n }} ", 7],
    ["puts a value into text", "n is ${{ trigger.n }}!", "n is 7!"],
    ["puts null in as an empty text", "[${{ trigger.nothing }}]", "[]"],
    ["puts objects in as JSON", "x ${{ trigger.object }}", 'x {"a":1}'],
    ["ends an expression at the }} outside brackets", '${{ {"a": {"b": 1}} }}', { a: { b: 1 } }],
    ["is not misled by }} inside quotes", "${{ '}}' + \"}}\" }}", "}}}}"],
    ["is not misled by an escaped quote", "${{ 'it\\'s }}' }}", "it's }}"],
    ["reads a raw string", "${{ r'\\d' + 'x' }}", "\\dx"],
    ["leaves $${{ as it is", "say $${{ x }}", "say ${{ x }}"],
    ["may hold several expressions", "${{ 1 }}${{ 2 }}", "12"],
    ["may hold no expression", "plain", "plain"],
  ];
  for (const [what, text, value] of cases) {
    it(what, () => expect(templateValue(text)).to.deep.equal(value));
  }

  it("tells where in the whole text a mistake is", () => {
    const compiled = language.template(templateParts("Hi ${{ trigger.nosuch }}"), names);
    expect(compiled).to.have.nested.property("mistakes[0].offset", 15);
  });

  it("with a bracket too many is refused there, and the text goes on behind it", () => {
    const compiled = language.template(templateParts("${{ (1)) }} and ${{ 2 }}"), names);
    expect(compiled).to.have.nested.property("mistakes[0].offset", 7);
    expect(compiled).to.have.property("mistakes").with.lengthOf(1);
  });

  it("without its end is refused where it begins", () => {
    const compiled = language.template(templateParts("ab ${{ x }"), names);
    expect(compiled).to.have.nested.property("mistakes[0].offset", 3);
  });

  it("knows the names of an object that is written out, in their order", () => {
    expect(namesOf('{"b": 1, "200": 2, "100": 3}')).to.deep.equal(["b", "200", "100"]);
    expect(namesOf('{"b": 1, "a" + "b": 2}')).to.equal(undefined);
    expect(namesOf("[1]")).to.equal(undefined);
  });

  it("tells its parts, and which of them are raw", () => {
    const text =
      "https://x.test/${{ 1 }}/${{ raw('a/b') }}${{ true ? raw('a') : raw('b') }}${{ 'x' + raw('a') }}";
    const compiled = language.template(templateParts(text), names);
    if (!compiled.ok) throw new Error("was refused");
    const pieces = compiled.value.pieces.map((one) =>
      typeof one === "string" ? one : one.raw === true,
    );
    expect(pieces).to.deep.equal(["https://x.test/", false, "/", true, true, false]);
  });
});

const language = celLanguage(() => new Date("2026-01-02T03:04:05Z"), 1_000_000);

const names: Names = {
  trigger: {
    n: "dyn",
    one: "dyn",
    zero: "dyn",
    long: "dyn",
    nothing: "dyn",
    list: "dyn",
    object: "dyn",
    collection: "string",
    request: { method: "string" },
  },
  steps: ["look_up"],
  unsure: [],
  outOfReach: ["pay"],
  vars: ["total"],
  loops: [],
  error: false,
  types: new Map(),
};

const trigger = {
  n: 7,
  one: 1,
  zero: 0,
  nothing: null,
  list: ["a", "b", "c"],
  object: { a: 1 },
  collection: "posts",
  request: { method: "POST" },
};
const scope: Scope = {
  trigger,
  steps: { look_up: { id: 1 } },
  vars: { total: 1 },
  secrets: { KEY: "s3cr3t-value" },
};

function valueOf(text: string, more: object = {}): Json {
  const compiled = language.expression(text, names, null);
  if (!compiled.ok) throw new Error(compiled.mistakes.map(({ message }) => message).join("; "));
  return compiled.value.evaluate({ ...scope, trigger: { ...trigger, ...more } });
}

function templateValue(text: string): Json {
  const compiled = language.template(templateParts(text), names);
  if (!compiled.ok) throw new Error(compiled.mistakes.map(({ message }) => message).join("; "));
  return compiled.value.evaluate(scope);
}
