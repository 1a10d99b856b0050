import { expect } from "chai";
import { array, constantFrom, integer, property, string } from "fast-check";
import { celLanguage } from "../../src/expressions/language.ts";
import { templateParts } from "../../src/model/template-parts.ts";
import type { ExpressionLanguage } from "../../src/model/expression.ts";
import type { Json } from "../../src/model/json.ts";
import { itHolds } from "../support/property.ts";
import { anyTrigger, valueIn } from "./value-of.ts";

describe("a client that makes an expression long", () => {
  const ten = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";
  const nested = (depth: number): string =>
    depth === 0 ? "1" : `${ten}.map(x${depth}, ${nested(depth - 1)})`;
  const cases: [attack: string, expression: string][] = [
    ["macros in macros", "trigger.texts.all(t, trigger.texts.exists_one(u, u == t))"],
    ["filters in maps", "trigger.texts.map(x, trigger.texts.filter(y, y == x).size())"],
    ["lists in lists of literals", nested(7)],
    ["`in` on a long list", "trigger.texts.all(t, t in trigger.texts)"],
    ["comparing long lists", "trigger.texts.all(t, trigger.texts == trigger.same)"],
    ["comparing large objects", "trigger.texts.all(t, trigger.objects == trigger.sameObjects)"],
    ["looking for an object in a list", "trigger.objects.all(o, o in trigger.objects)"],
    ["the keys of a large object", "trigger.texts.all(t, trigger.object.exists(k, true))"],
    ["the size of a large object", "trigger.texts.all(t, size(trigger.object) > 0)"],
    ["the size of a long text", "trigger.texts.all(t, size(trigger.long) > 0)"],
    ["a text that grows", "trigger.texts.all(t, size(trigger.long + trigger.long) > 0)"],
    ["a list that grows", "trigger.texts.all(t, size(trigger.texts + trigger.texts) > 0)"],
    ["joining", "trigger.texts.all(t, trigger.texts.join(',') != '')"],
    ["splitting", "trigger.texts.all(t, trigger.long.split('a').size() > 0)"],
    ["replacing", "trigger.texts.all(t, trigger.long.replace('a', 'aaaa') != '')"],
    ["searching", "trigger.texts.all(t, !trigger.long.contains('zz'))"],
    ["texts of many code points", "trigger.texts.all(t, trigger.thumbs.substring(1, 2) != '')"],
    ["other letters", "trigger.texts.all(t, trigger.long.upperAscii() != '')"],
    ["base64", "trigger.texts.all(t, bytes(trigger.long).base64() != '')"],
    ["a pattern", "trigger.texts.all(t, trigger.long.matches('^(a|b|ab){50}$'))"],
    ["zones", "trigger.texts.all(t, now().getHours('Europe/Berlin') >= 0)"],
    ["sorting", "trigger.texts.all(t, trigger.texts.sort().size() > 0)"],
    ["sorting long texts", "trigger.longTexts.sort().size() > 0"],
    ["sorting by a field", "trigger.texts.all(t, trigger.objects.sortBy('text').size() > 0)"],
    ["grouping", "trigger.texts.all(t, trigger.objects.groupBy('text').size() > 0)"],
    [
      "grouping by large objects",
      "trigger.objects.map(o, {'k': trigger.object}).groupBy('k').size() > 0",
    ],
    ["fields that lie deep", "trigger.objects.sortBy('a' + trigger.dots).size() > 0"],
    ["telling what is distinct", "trigger.texts.all(t, trigger.objects.distinct().size() > 0)"],
    ["adding up", "trigger.texts.all(t, trigger.numbers.sum() > 0)"],
    ["cutting into pieces", "trigger.texts.all(t, trigger.texts.chunk(1).size() > 0)"],
    ["formatting", "trigger.texts.all(t, '%s %s'.format([trigger.long, trigger.long]) != '')"],
    ["formatting lists", "trigger.texts.all(t, '%s'.format([trigger.objects]) != '')"],
    ["moving dates", "trigger.texts.all(t, now().addDays(1, 'Europe/Berlin') > now())"],
    ["differences of dates", "trigger.texts.all(t, now().diff(date('0001-01-01'), 'seconds') > 0)"],
    ["writing dates", "trigger.texts.all(t, now().format('yyyy-MM-dd') != '')"],
    ["reading dates", "trigger.texts.all(t, parseDate('1.1.2026', 'd.M.yyyy') != now())"],
    ["hashing", "trigger.texts.all(t, hash(trigger.long, 'sha256') != '')"],
    ["signing", "trigger.texts.all(t, hmac(trigger.long, 'k', 'sha512') != '')"],
    ["encoding", "trigger.texts.all(t, base64(trigger.long) != '')"],
    ["encoding for URLs", "trigger.texts.all(t, urlEncode(trigger.thumbs) != '')"],
    ["encoding as JSON", "trigger.texts.all(t, jsonEncode(trigger.objects) != '')"],
    ["decoding JSON", "trigger.texts.all(t, jsonDecode(trigger.json).size() > 0)"],
    ["extracting", "trigger.texts.all(t, extract(trigger.long, '((a|b|ab){50})$') != '')"],
    ["random values", "trigger.texts.all(t, trigger.texts.all(u, uuid() != u))"],
    ["a result of many values", "trigger.many"],
    ["an error that `||` passes over", "trigger.texts.all(t, trigger.texts.all(u, u.x)) || true"],
    ["errors that `exists` passes over", "trigger.texts.exists(t, trigger.texts.exists(u, u.x))"],
    ["an absence in large data", "trigger.?nothing.orValue(trigger.many.size()) == 1"],
  ];
  for (const [attack, text] of cases) {
    it(`by ${attack} is stopped with EXPRESSION_LIMIT`, () => {
      expect(() => valueOf(text))
        .to.throw(/limits\.expression \(100000\)/)
        .with.property("code", "EXPRESSION_LIMIT");
    });
  }

  it("by a value that becomes a long text inside a template is stopped with EXPRESSION_LIMIT", () => {
    const compiled = language.template(templateParts("Said: ${{ trigger.texts }}!"), anyTrigger);
    if (!compiled.ok) throw new Error("it was refused");
    const small = { ...trigger, texts: ["a"] };
    expect(compiled.value.evaluate({ trigger: small })).to.equal('Said: ["a"]!');
    const large = { ...trigger, texts: ["a".repeat(100_001)] };
    expect(() => compiled.value.evaluate({ trigger: large }))
      .to.throw("Said: ${{ trigger.texts }}!: it makes more characters")
      .with.property("code", "EXPRESSION_LIMIT");
  });

  it("does not make the next evaluation fail", () => {
    expect(() => valueOf("trigger.many")).to.throw("limits.expression");
    expect(valueOf("trigger.texts.size()")).to.equal(trigger.texts.length);
  });
});

describe("an expression's cost", () => {
  it("counts each part that is evaluated, in a macro once for each element", () => {
    expect(costs("1 + 1", 10)).to.equal(true);
    expect(costs("trigger.texts.all(t, t != 'a')", 100)).to.equal(false);
    expect(costs("trigger.texts.all(t, t != 'a')", 100_000)).to.equal(true);
  });

  it("counts each character that is made", () => {
    expect(costs("'a' + trigger.long", trigger.long.length)).to.equal(false);
    expect(costs("'a' + trigger.long", trigger.long.length + 10)).to.equal(true);
  });

  itHolds(
    "is the same whatever stands beside it in the data",
    property(array(string(), { maxLength: 20 }), integer({ min: 1, max: 200 }), (texts, limit) => {
      const text = "trigger.texts.map(t, t + 'x').size() > 3";
      const alone = costs(text, limit, { texts });
      expect(costs(text, limit, { texts, more: "y".repeat(1_000) })).to.equal(alone);
    }),
  );

  itHolds(
    "is within every larger limit when it is within a smaller one",
    property(
      constantFrom("trigger.texts.map(t, t + t)", "trigger.texts.exists(t, t == 'b')"),
      array(string(), { maxLength: 20 }),
      integer({ min: 0, max: 300 }),
      integer({ min: 0, max: 300 }),
      (text, texts, limit, more) => {
        if (costs(text, limit, { texts })) {
          expect(costs(text, limit + more, { texts })).to.equal(true);
        }
      },
    ),
    { runs: 200 },
  );
});

const language = celLanguage(() => new Date("2026-01-02T03:04:05Z"), 100_000);

const texts = Array.from({ length: 2_000 }, (_, at) => `text ${at}`);
const objects = texts.map((text) => ({ text, list: [1, 2, 3] }));
const trigger = {
  texts,
  same: [...texts],
  objects,
  sameObjects: objects.map((one) => ({ ...one, list: [...one.list] })),
  object: Object.fromEntries(texts.map((text) => [text, 1])),
  long: "ab".repeat(10_000),
  longTexts: texts.map((_, at) => "ab".repeat(200) + at),
  numbers: texts.map((_, at) => at),
  dots: ".a".repeat(500),
  json: JSON.stringify(objects),
  thumbs: "👍".repeat(5_000),
  many: Array.from({ length: 100_001 }, () => 1),
};

const valueOf = (text: string, data: Json = trigger, limits = language): Json =>
  valueIn(limits, text, data);

/** Languages by their limit: making one takes as long as a hundred evaluations. */
const languages = new Map<number, ExpressionLanguage>();

function languageOf(limit: number): ExpressionLanguage {
  const known = languages.get(limit) ?? celLanguage(() => new Date(), limit);
  languages.set(limit, known);
  return known;
}

/** Whether an expression can be evaluated within a limit. */
function costs(text: string, limit: number, data: Json = trigger): boolean {
  try {
    valueOf(text, data, languageOf(limit));
    return true;
  } catch (error) {
    expect(error).to.have.property("code", "EXPRESSION_LIMIT");
    return false;
  }
}
