import { DateTime, type DateTimeUnit, FixedOffsetZone, type Zone } from "luxon";
import { ExpressionError } from "../model/expression.ts";
import type { Budget } from "./budget.ts";
import { assertPattern, readingMistake, writingMistake } from "./date-patterns.ts";
import type { DeclaredFunction } from "./declared.ts";
import { oneOf } from "./literals.ts";
import { TIME } from "./own-function.ts";
import { inRange, timeOfText } from "./times.ts";
import { zoneMistake, zoneOf } from "./zones.ts";

/** What functions of dates cost: about as long as so many nodes take. In a zone, whose clock is asked for, several times that. */
const COST = { move: 400, write: 400, read: 800, compare: 2_000 };

const IN_ZONE = 3;

/** Units that a time can be cut to, or that lie between two times. */
const UNITS: Readonly<Record<string, DateTimeUnit>> = {
  year: "year",
  quarter: "quarter",
  month: "month",
  week: "week",
  day: "day",
  hour: "hour",
  minute: "minute",
  second: "second",
};

const unitMistake = oneOf("unit", Object.keys(UNITS));
const unitsMistake = oneOf(
  "unit",
  Object.keys(UNITS).flatMap((unit) => [`${unit}s`, unit]),
);

/** A number of JSON, or an integer literal. */
type Count = number | bigint;

/** Dates and times in a zone: UTC, unless one is named. */
export function dateFunctions(budget: Budget): readonly DeclaredFunction[] {
  const spend = (cost: number, zone: string | undefined) =>
    budget.spend(zone === undefined ? cost : IN_ZONE * cost);

  const at = (time: Date, zone: string | undefined, cost: number): DateTime => {
    spend(cost, zone);
    return DateTime.fromJSDate(time, { zone: zonedBy(zone) }).setLocale("en-US");
  };

  const date = (text: string, zone?: string): Date => {
    if (/T/i.test(text)) return timeOfText(text);
    spend(COST.move, zone);
    if (/^\d{4}-\d\d-\d\d$/.test(text))
      return timeIn(DateTime.fromISO(text, { zone: zonedBy(zone) }));
    throw new ExpressionError(
      "date() takes a day as 2026-03-01, or a time as timestamp() takes it",
    );
  };
  const addDays = (time: Date, days: Count, zone?: string) =>
    timeIn(at(time, zone, COST.move).plus({ days: whole(days) }));
  const addMonths = (time: Date, months: Count, zone?: string) =>
    timeIn(at(time, zone, COST.move).plus({ months: whole(months) }));
  const startOf = (time: Date, unit: string, zone?: string) =>
    timeIn(at(time, zone, COST.move).startOf(unitOf(unit)));
  const diff = (time: Date, other: Date, unit: string, zone?: string): bigint => {
    const name = unitOf(unit.replace(/s$/, ""));
    const between = at(time, zone, COST.compare).diff(at(other, zone, 0), name);
    return BigInt(Math.trunc(between.as(name)));
  };
  const format = (time: Date, pattern: string, zone?: string): string => {
    assertPattern(writingMistake(pattern));
    return at(time, zone, COST.write).toFormat(pattern);
  };
  const parseDate = (text: string, pattern: string, zone?: string): Date => {
    assertPattern(readingMistake(pattern));
    spend(COST.read, zone);
    const read = DateTime.fromFormat(text, pattern, { zone: zonedBy(zone), locale: "en-US" });
    if (read.isValid) return timeIn(read);
    throw new ExpressionError("parseDate() is given a text that is not a date in its pattern");
  };

  return [
    {
      name: "date",
      form: "(text, zone?) → time",
      about:
        "The beginning of a day that is written `2026-03-01`, in a zone. A text with a time and an offset is read as `timestamp` reads it.",
      examples: [
        ["date('2026-03-01')", "2026-03-01T00:00:00.000Z"],
        ["date('2026-03-01', 'Europe/Berlin')", "2026-02-28T23:00:00.000Z"],
        ["date('2026-03-01T08:30:00+01:00')", "2026-03-01T07:30:00.000Z"],
      ],
      overloads: [
        [`date(string): ${TIME}`, date],
        [`date(string, string): ${TIME}`, date],
        [`date(${TIME}): ${TIME}`, (time: Date) => time],
      ],
      literals: { 1: zoneMistake },
    },
    {
      name: "addDays",
      form: "(time, days, zone?) → time",
      about:
        "The same time of day so many days later, or earlier. In a zone, also over a change of its clocks.",
      examples: [
        ["date('2026-03-01').addDays(3)", "2026-03-04T00:00:00.000Z"],
        [
          "date('2026-03-28', 'Europe/Berlin').addDays(2, 'Europe/Berlin')",
          "2026-03-29T22:00:00.000Z",
        ],
        ["addDays(date('2026-03-01'), -1)", "2026-02-28T00:00:00.000Z"],
      ],
      overloads: [
        [`addDays(${TIME}, number): ${TIME}`, addDays],
        [`addDays(${TIME}, number, string): ${TIME}`, addDays],
      ],
      literals: { 2: zoneMistake },
    },
    {
      name: "addMonths",
      form: "(time, months, zone?) → time",
      about:
        "The same day so many months later, or earlier; the last day of the month where that has no such day.",
      examples: [
        ["date('2026-01-31').addMonths(1)", "2026-02-28T00:00:00.000Z"],
        ["date('2024-02-29').addMonths(12)", "2025-02-28T00:00:00.000Z"],
      ],
      overloads: [
        [`addMonths(${TIME}, number): ${TIME}`, addMonths],
        [`addMonths(${TIME}, number, string): ${TIME}`, addMonths],
      ],
      literals: { 2: zoneMistake },
    },
    {
      name: "startOf",
      form: "(time, unit, zone?) → time",
      about: `The beginning of the ${Object.keys(UNITS).join(", ")} around a time. Weeks begin on Monday.`,
      examples: [
        ["date('2026-03-05').startOf('week')", "2026-03-02T00:00:00.000Z"],
        [
          "timestamp('2026-03-31T22:30:00Z').startOf('month', 'Europe/Berlin')",
          "2026-03-31T22:00:00.000Z",
        ],
      ],
      overloads: [
        [`startOf(${TIME}, string): ${TIME}`, startOf],
        [`startOf(${TIME}, string, string): ${TIME}`, startOf],
      ],
      literals: { 1: unitMistake, 2: zoneMistake },
    },
    {
      name: "diff",
      form: "(time, other, unit, zone?) → integer",
      about:
        "How many whole units the first time is after the other: `'days'`, `'months'` and so on; negative where it is before. A day in a zone is as long as its clocks make it.",
      examples: [
        ["diff(date('2026-03-04'), date('2026-03-01'), 'days')", 3],
        ["date('2026-03-01').diff(date('2026-04-15'), 'months')", -1],
        ["diff(timestamp('2026-03-01T10:59:00Z'), date('2026-03-01'), 'hours')", 10],
      ],
      overloads: [
        [`diff(${TIME}, ${TIME}, string): int`, diff],
        [`diff(${TIME}, ${TIME}, string, string): int`, diff],
      ],
      literals: { 2: unitsMistake, 3: zoneMistake },
    },
    {
      name: "format",
      form: "(time, pattern, zone?) → text",
      about:
        "A time as text, with English names. The pattern is of `yyyy`, `yy`, `M`, `MM`, `MMM`, `MMMM`, `d`, `dd`, `EEE`, `EEEE` (day of the week), `H`, `HH`, `h`, `hh`, `a` (AM or PM), `m`, `mm`, `s`, `ss`, `S`, `SSS`, `Z`, `ZZ`, `ZZZ` (`+1`, `+01:00`, `+0100`), `o`, `ooo` (day of the year), `q`, `W`, `WW` and `kkkk` (ISO week and its year), `z` (the zone), `X`, `x` (seconds and milliseconds since 1970). Letters in `'…'` stand for themselves.",
      examples: [
        ["date('2026-03-01').format('d MMMM yyyy')", "1 March 2026"],
        [
          "format(timestamp('2026-07-01T12:00:00Z'), \"yyyy-MM-dd'T'HH:mm ZZ\", 'Europe/Berlin')",
          "2026-07-01T14:00 +02:00",
        ],
      ],
      overloads: [
        [`format(${TIME}, string): string`, format],
        [`format(${TIME}, string, string): string`, format],
      ],
      literals: { 1: writingMistake, 2: zoneMistake },
    },
    {
      name: "parseDate",
      form: "(text, pattern, zone?) → time",
      about:
        "The time that a text says in a pattern (that of `format`, without `z`, `X` and `x`; each part once). What is missing of the time of day is 0. An offset in the text (`ZZ`) goes before the zone. A text that is not in the pattern, or names a day that does not exist, is an error.",
      examples: [
        ["parseDate('01.03.2026', 'dd.MM.yyyy')", "2026-03-01T00:00:00.000Z"],
        [
          "parseDate('1 Mar 2026, 8:30 PM', 'd MMM yyyy, h:mm a', 'America/New_York')",
          "2026-03-02T01:30:00.000Z",
        ],
      ],
      overloads: [
        [`parseDate(string, string): ${TIME}`, parseDate],
        [`parseDate(string, string, string): ${TIME}`, parseDate],
      ],
      literals: { 1: readingMistake, 2: zoneMistake },
    },
  ];
}

const zonedBy = (name: string | undefined): Zone =>
  name === undefined ? FixedOffsetZone.utcInstance : zoneOf(name);

function timeIn(moment: DateTime): Date {
  if (moment.isValid) return inRange(moment.toMillis());
  throw new ExpressionError("the date does not exist, or is outside the years 1 to 9999");
}

function whole(count: Count): number {
  if (Number.isInteger(Number(count))) return Number(count);
  throw new ExpressionError("days and months are added as whole numbers");
}

function unitOf(name: string): DateTimeUnit {
  const unit = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
  if (unit !== undefined) return unit;
  throw new ExpressionError(`the unit is not known; it is one of ${Object.keys(UNITS).join(", ")}`);
}
