import { expect } from "chai";
import {
  array,
  bigInt,
  constantFrom,
  date,
  dictionary,
  integer,
  jsonValue,
  oneof,
  property,
  record,
  string,
} from "fast-check";
import { celLanguage } from "../../src/expressions/language.ts";
import { type Json, jsonText } from "../../src/model/json.ts";
import { itHolds } from "../support/property.ts";
import { anyTrigger, valueIn } from "./value-of.ts";

describe("a function beside CEL's own", () => {
  describe("is refused when the configuration is loaded, where it is given", () => {
    const cases: [what: string, text: string, message: RegExp, offset: number][] = [
      [
        "a name that is nearly right",
        "sortBi([], 'a')",
        /no function "sortBi"; did you mean "sortBy"/,
        0,
      ],
      [
        "a text for days",
        "date('2026-03-01').addDays('3')",
        /no matching overload for .*addDays\(string\)/,
        0,
      ],
      ["a text for a list", "sum('1')", /no matching overload for 'sum\(string\)'/, 0],
      ["a number for a text", "base64(1)", /no matching overload for 'base64\(int\)'/, 0],
      [
        "a unit that does not exist",
        "now().startOf('weak')",
        /unit "weak" is not known; did you mean "week"/,
        14,
      ],
      ["a zone that does not exist", "date('2026-03-01', 'Mars/Olympus')", /zone is not known/, 19],
      ["a year in capitals", "now().format('YYYY-MM-dd')", /has "YYYY".*did you mean "yyyy"/, 13],
      ["a pattern that reads a part twice", "parseDate('1 1', 'd d')", /"d" more than once/, 17],
      [
        "a pattern that reads the name of a zone",
        "parseDate('x', 'z')",
        /not a part of a date/,
        15,
      ],
      [
        "an algorithm that does not exist",
        "hash('a', 'sha257')",
        /"sha257".*did you mean "sha256"/,
        10,
      ],
      ["a regular expression that RE2 can't take", "extract('a', '(a')", /RE2/, 13],
      ["a clause that does not exist", "format('%y', [1])", /format\(\) knows %s/, 7],
    ];
    for (const [what, text, message, offset] of cases) {
      it(what, () => {
        const compiled = language.expression(text, anyTrigger, null);
        const [mistake] = compiled.ok ? [] : compiled.mistakes;
        expect(mistake?.message).to.match(message);
        expect(mistake?.offset).to.equal(offset);
      });
    }
  });

  describe("errs when it is evaluated and given", () => {
    const cases: [what: string, text: string, message: RegExp][] = [
      ["a day that does not exist", "date('2026-02-30')", /does not exist/],
      ["a day in another form", "date('1.3.2026')", /date\(\) takes a day as 2026-03-01/],
      ["half a day", "now().addDays(0.5)", /whole numbers/],
      ["more days than there are", "now().addDays(1e300)", /years 1 to 9999/],
      ["fewer days than there are", "now().addDays(-4000000)", /years 1 to 9999/],
      ["more months than there are", "now().addMonths(9e15)", /years 1 to 9999/],
      [
        "a computed unit that does not exist",
        "now().diff(now(), trigger.word)",
        /unit is not known/,
      ],
      [
        "a computed zone that does not exist",
        "now().addDays(1, trigger.word)",
        /zone is not known/,
      ],
      ["a computed pattern of other letters", "now().format(trigger.word)", /pattern of the date/],
      ["a computed algorithm", "hash('a', trigger.word)", /algorithm is not known/],
      ["another text than the pattern has", "parseDate('31-02-2026', 'dd-MM-yyyy')", /not a date/],
      ["letters that Base64 has not", "fromBase64('a*')", /not Base64/],
      ["Base64 that is cut off", "fromBase64('aaaaa')", /not Base64/],
      ["Base64 of bytes that are not text", "fromBase64('/w==')", /not UTF-8/],
      ["a text that is not JSON", "jsonDecode('{a}')", /not JSON/],
      ["half a surrogate pair", "urlEncode(trigger.half)", /surrogate/],
      ["too few values", "'%s %s'.format([1])", /too few values/],
      ["too many values", "'%s'.format([1, 2])", /more values/],
      ["a fraction for an integer", "'%d'.format([1.5])", /fraction where an integer/],
      ["a text for a number", "'%d'.format(['1'])", /not a number/],
      ["texts to add up", "sum(['1'])", /numbers only/],
      ["integers beyond 64 bits to add up", "sum([9223372036854775807, 1])", /64 bits/],
      ["an empty size", "chunk([1], 0)", /1 item and more/],
      ["a size below 0", "chunk([1], -1)", /1 item and more/],
      ["half a size", "chunk([1], 1.5)", /1 item and more/],
    ];
    for (const [what, text, message] of cases) {
      it(what, () => expect(() => valueOf(text)).to.throw(message));
    }
  });

  describe("gives", () => {
    const cases: [text: string, value: Json][] = [
      ["date(trigger.day).addDays(trigger.two)", "2026-03-03T00:00:00.000Z"],
      ["date(trigger.day) == date('2026-03-01T00:00:00Z')", true],
      [
        "date('2026-03-29', 'Europe/Berlin').addDays(1, 'Europe/Berlin')",
        "2026-03-29T22:00:00.000Z",
      ],
      ["date('2026-03-29', 'Europe/Berlin').addDays(1)", "2026-03-29T23:00:00.000Z"],
      [
        "date('2026-03-29', 'Europe/Berlin').diff(date('2026-03-30', 'Europe/Berlin'), 'hours')",
        -23,
      ],
      [
        "diff(date('2026-03-30', 'Europe/Berlin'), date('2026-03-29', 'Europe/Berlin'), 'days', 'Europe/Berlin')",
        1,
      ],
      ["diff(date('2026-03-30', 'Europe/Berlin'), date('2026-03-29', 'Europe/Berlin'), 'days')", 0],
      ["timestamp('2026-10-25T00:30:00Z').format('HH:mm ZZ', 'Europe/Berlin')", "02:30 +02:00"],
      ["timestamp('2026-10-25T01:30:00Z').format('HH:mm ZZ', 'Europe/Berlin')", "02:30 +01:00"],
      [
        "timestamp('2026-03-29T12:00:00Z').startOf('day', 'Europe/Berlin')",
        "2026-03-28T23:00:00.000Z",
      ],
      ["date('2026-03-01').startOf('week')", "2026-02-23T00:00:00.000Z"],
      ["date('0001-01-01').addDays(1)", "0001-01-02T00:00:00.000Z"],
      [
        "parseDate('2026-03-01 08:30 +05:00', 'yyyy-MM-dd HH:mm ZZ', 'Europe/Berlin')",
        "2026-03-01T03:30:00.000Z",
      ],
      ["date('2026-03-01').format(\"EEEE 'the' d\")", "Sunday the 1"],
      ['jsonDecode(\'{"constructor": 1, "a": 2}\').a', 2],
      ["jsonDecode('{\"__proto__\": 1}')['__proto__']", 1],
      ["jsonEncode(9007199254740993)", "9007199254740993"],
      ["sum([9007199254740993, 1])", 9007199254740994n],
      [
        "sort([9007199254740993, 9007199254740992, 1.5])",
        [1.5, 9007199254740992, 9007199254740993n],
      ],
      ["sort([date('2026-03-02'), date('2026-03-01')])[0].getDate()", 1],
      ["sortBy([{'a': {'b': 2}}, {'a': {'b': 1}}], 'a.b')[0].a.b", 1],
      ["sortBy([{'n': 1}, {}, {'n': 0}], 'n')", [{ n: 0 }, { n: 1 }, {}]],
      [
        "groupBy([{'k': 'constructor'}, {}], 'k')",
        { constructor: [{ k: "constructor" }], null: [{}] },
      ],
      ["groupBy([{'k': '__proto__'}], 'k').size()", 1],
      ["extract('ab', '(b)?a')", [null]],
      ["distinct([null, null, {}, {}])", [null, {}]],
      [
        "'%.3e|%o|%X|%s|%s'.format([1234.5678, 8, 255, null, [1, {'a': 1}]])",
        '1.235e+03|10|FF|null|[1,{"a":1}]',
      ],
      ["chunk([], 3)", []],
      ["[1, 2, 3].chunk(2).map(c, c.sum())", [3, 3]],
      ["bytes('a').hash('sha256') == hash('a', 'sha256')", true],
      ["hmac('a', bytes('k'), 'sha512') == 'a'.hmac('k', 'sha512')", true],
    ];
    for (const [text, value] of cases) {
      it(`the right value for ${text}`, () => expect(valueOf(text)).to.deep.equal(value));
    }
  });

  itHolds(
    "gets back from Base64 every text that was put into it",
    property(string({ unit: "binary" }), (text) => {
      expect(valueOf("fromBase64(base64(trigger.text))", { text })).to.equal(text);
    }),
    { runs: 300 },
  );

  itHolds(
    "gets back from JSON every value that was put into it, large integers digit by digit",
    property(
      oneof(
        // A double that is written as an integer outside 64 bits can't be read back.
        jsonValue({ noUnicodeString: false }).filter(
          (value) => !/\d{19}/.test(JSON.stringify(value)),
        ),
        dictionary(string(), bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      ),
      (value) => {
        const given = integersAsJson(value as Json);
        const back = valueOf("jsonDecode(jsonEncode(trigger.value))", { value: given });
        // As texts, since JSON has no -0.
        expect(jsonText(back)).to.equal(jsonText(given));
      },
    ),
    { runs: 300 },
  );

  itHolds(
    "sorts every list, and keeps what has the same value in its order",
    property(
      array(
        record({
          value: oneof(integer({ min: 0, max: 5 }), constantFrom(null, "a", "b", true, "c")),
        }),
      ),
      (items) => {
        const list = items.map((item, at) => ({ ...item, at }));
        const sorted = valueOf("sortBy(trigger.list, 'value')", { list }) as typeof list;
        expect(sorted.toSorted((one, other) => one.at - other.at)).to.deep.equal(list);
        const values = valueOf("sort(trigger.list.map(l, l.value))", { list });
        expect(sorted.map(({ value }) => value)).to.deep.equal(values);
        sorted.slice(1).forEach((item, before) => {
          const previous = sorted[before];
          if (previous?.value === item.value) expect(previous.at).to.be.below(item.at);
        });
      },
    ),
    { runs: 300 },
  );

  itHolds(
    "adds months to the same day, or to the last one of a shorter month",
    property(
      date({ min: new Date("1000-01-01"), max: new Date("3000-01-01"), noInvalidDate: true }),
      integer({ min: -500, max: 500 }),
      (time, months) => {
        const moved = new Date(
          valueOf("timestamp(trigger.time).addMonths(trigger.months)", {
            time: time.toISOString(),
            months,
          }) as string,
        );
        const month = time.getUTCFullYear() * 12 + time.getUTCMonth() + months;
        expect(moved.getUTCFullYear() * 12 + moved.getUTCMonth()).to.equal(month);
        const last = new Date(
          Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0),
        ).getUTCDate();
        expect(moved.getUTCDate()).to.equal(Math.min(time.getUTCDate(), last));
        expect(moved.toISOString().slice(10)).to.equal(time.toISOString().slice(10));
      },
    ),
    { runs: 300 },
  );

  itHolds(
    "reads every time that it has written in the same pattern and zone",
    property(
      date({ min: new Date("1000-01-01"), max: new Date("3000-01-01"), noInvalidDate: true }),
      constantFrom("UTC", "Europe/Berlin", "America/St_Johns", "+05:30"),
      (time, zone) => {
        const text =
          "parseDate(timestamp(trigger.time).format(trigger.pattern, trigger.zone), trigger.pattern, trigger.zone)";
        const pattern = "yyyy-MM-dd HH:mm:ss.SSS ZZ";
        const minutes = new Date(Math.floor(time.getTime() / 3_600_000) * 3_600_000);
        if (minutes.getUTCFullYear() < 1950) return;
        expect(valueOf(text, { time: minutes.toISOString(), zone, pattern })).to.equal(
          minutes.toISOString(),
        );
      },
    ),
    { runs: 200 },
  );
});

const language = celLanguage(() => new Date("2026-01-02T03:04:05Z"), 1_000_000);

const given = { day: "2026-03-01", two: 2, word: "nothing", half: "\ud800" };

const valueOf = (text: string, trigger: Json = given): Json => valueIn(language, text, trigger);

/** As JSON has integers: numbers up to ±2^53, bigints beyond. */
function integersAsJson(value: Json): Json {
  if (typeof value !== "bigint") {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, integersAsJson(item)]),
    );
  }
  return value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : value;
}
