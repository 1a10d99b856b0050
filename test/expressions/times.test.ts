import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { constantFrom, date, property } from "fast-check";
import { celLanguage } from "../../src/expressions/language.ts";
import type { Json } from "../../src/model/json.ts";
import { itHolds } from "../support/property.ts";
import { valueIn } from "./value-of.ts";

describe("a time", () => {
  describe("is told in the zone that is named, or in UTC,", () => {
    const cases: [string, Json][] = [
      ["timestamp('2026-03-01T23:30:00Z').getHours('Europe/Berlin')", 0],
      ["timestamp('2026-03-01T23:30:00Z').getDate('Europe/Berlin')", 2],
      ["timestamp('2026-03-01T23:30:00Z').getHours('+01:00')", 0],
      ["timestamp('2026-03-01T23:30:00Z').getHours('-05:30')", 18],
      ["timestamp('2026-03-01T23:30:00Z').getMinutes('-05:15')", 15],
      ["timestamp('2026-07-01T12:00:00Z').getHours('Europe/Berlin')", 14],
      ["timestamp('2026-03-29T00:59:59Z').getHours('Europe/Berlin')", 1],
      ["timestamp('2026-03-29T01:00:00Z').getHours('Europe/Berlin')", 3],
      ["timestamp('2026-03-01T23:30:00Z').getHours('UTC')", 23],
      ["timestamp('2026-03-01T23:30:00+05:00').getHours()", 18],
      ["timestamp('2026-01-01T00:00:00Z').getDayOfYear()", 0],
      ["timestamp('2026-12-31T23:59:59Z').getDayOfYear()", 364],
      ["timestamp('2024-12-31T23:59:59Z').getDayOfYear()", 365],
      ["timestamp('2025-12-31T23:30:00Z').getDayOfYear('Europe/Berlin')", 0],
      ["timestamp('2025-12-31T23:30:00Z').getFullYear('Europe/Berlin')", 2026],
      ["timestamp('2026-03-01T00:00:00Z').getMonth('America/New_York')", 1],
      ["timestamp('2026-03-01T00:00:00Z').getDayOfMonth('America/New_York')", 27],
      ["timestamp('2026-03-01T00:00:00Z').getDayOfWeek('America/New_York')", 6],
      ["timestamp('2026-03-01T00:00:00.125Z').getMilliseconds('Asia/Kolkata')", 125],
      ["timestamp('0050-03-01T00:00:00Z').getFullYear('UTC')", 50],
    ];
    for (const [text, value] of cases)
      it(`by ${text}`, () => expect(valueOf(text)).to.equal(value));
  });

  it("is told alike whatever the machine's zone, around its clock changes too", () => {
    const program = `
      import { celLanguage } from ${JSON.stringify(new URL("../../src/expressions/language.ts", import.meta.url).href)};
      const language = celLanguage(() => new Date(), 1_000_000);
      const names = { trigger: "dyn", steps: [], outOfReach: [], vars: [], loops: [], error: false, types: new Map() };
      const asked = ["getHours('UTC')", "getHours('Europe/Berlin')", "getDayOfYear()", "getDayOfYear('UTC')", "getDate('America/New_York')"];
      const times = [];
      for (const day of ["2026-03-08", "2026-11-01", "2026-03-29", "2026-10-25"])
        for (let hour = 0; hour < 24; hour++)
          for (const get of asked) {
            const text = "timestamp('" + day + "T" + String(hour).padStart(2, "0") + ":30:00Z')." + get;
            times.push(language.expression(text, names, null).value.evaluate({}));
          }
      console.log(times.join(","));`;
    const [inUtc, inNewYork, inApia] = ["UTC", "America/New_York", "Pacific/Apia"].map((TZ) => {
      const options = ["--import", "tsx", "--input-type=module", "-e", program];
      const { stdout, stderr } = spawnSync(process.execPath, options, {
        env: { ...process.env, TZ },
        encoding: "utf8",
      });
      return stdout || stderr;
    });
    expect(inUtc).to.match(/^[\d,]+\n$/);
    expect(inNewYork).to.equal(inUtc);
    expect(inApia).to.equal(inUtc);
  });

  itHolds(
    "has the fields that Intl tells of its zone",
    property(
      date({
        min: new Date("1900-01-01T00:00:00Z"),
        max: new Date("2100-01-01T00:00:00Z"),
        noInvalidDate: true,
      }),
      constantFrom("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Chatham"),
      (time, timeZone) => {
        const expected = new Intl.DateTimeFormat("sv-SE", {
          timeZone,
          dateStyle: "short",
          timeStyle: "medium",
        });
        const fields = "getFullYear getMonth getDate getHours getMinutes getSeconds".split(" ");
        const [year = 0, month = 0, ...rest] = fields.map((get) =>
          Number(valueOf(`timestamp('${time.toISOString()}').${get}('${timeZone}')`)),
        );
        const text = [year, month + 1, ...rest].map((part) => String(part).padStart(2, "0"));
        expect(text).to.deep.equal(expected.format(time).split(/[- :]/));
      },
    ),
    { runs: 200 },
  );

  describe("is refused when it", () => {
    const cases: [string, string, RegExp][] = [
      ["does not exist", "timestamp('2026-02-30T00:00:00Z')", /does not exist/],
      [
        "is 29 February of a year that is not a leap year",
        "timestamp('2025-02-29T00:00:00Z')",
        /does not exist/,
      ],
      ["has an hour 24", "timestamp('2026-02-03T24:00:00Z')", /does not exist/],
      ["has no offset", "timestamp('2026-02-03T10:00:00')", /with an offset/],
      ["has no time", "timestamp('2026-02-03')", /with an offset/],
      ["is written as in a letter", "timestamp('Tue, 03 Feb 2026 10:00 GMT')", /with an offset/],
      ["has an offset that does not exist", "timestamp('2026-02-03T10:00:00+25:00')", /not exist/],
      ["is after the year 9999", "timestamp(999999999999999)", /years 1 to 9999/],
      [
        "is moved after the year 9999",
        "timestamp('9999-12-31T00:00:00Z') + duration('48h')",
        /9999/,
      ],
      [
        "is asked for a zone that does not exist",
        "now().getHours('Mars/Olympus')",
        /zone is not known/,
      ],
      [
        "is asked for an offset that does not exist",
        "now().getHours('+25:00')",
        /zone is not known/,
      ],
    ];
    for (const [what, text, message] of cases) {
      it(what, () => expect(() => valueOf(text)).to.throw(message));
    }
  });

  it("may have small letters, an offset and finer fractions, as RFC 3339 allows", () => {
    expect(valueOf("timestamp('2026-02-03t10:00:00.123456789z')")).to.equal(
      "2026-02-03T10:00:00.123Z",
    );
    expect(valueOf("timestamp('2026-02-03T10:00:00.5-01:30')")).to.equal(
      "2026-02-03T11:30:00.500Z",
    );
    expect(valueOf("timestamp(86400)")).to.equal("1970-01-02T00:00:00.000Z");
    expect(valueOf("timestamp(86400.5)")).to.equal("1970-01-02T00:00:00.500Z");
  });
});

const language = celLanguage(() => new Date("2026-01-02T03:04:05Z"), 1_000_000);

const valueOf = (text: string): Json => valueIn(language, text, null);
