import { DateTime } from "luxon";
import { ExpressionError } from "../model/expression.ts";
import type { Budget } from "./budget.ts";
import { assertPattern, readingMistake, writingMistake } from "./date-patterns.ts";
import type { DeclaredFunction } from "./declared.ts";
import { momentOf, spendInZone, timeIn, zonedBy } from "./moments.ts";
import { TIME } from "./own-function.ts";
import { timeOfText } from "./times.ts";
import { zoneMistake } from "./zones.ts";

const COST = { move: 400, write: 400, read: 800 };

/** Dates and times read from text and written as text, in a zone: UTC, unless one is named. */
export function dateFunctions(budget: Budget): readonly DeclaredFunction[] {
  const date = (text: string, zone?: string): Date => {
    if (/T/i.test(text)) return timeOfText(text);
    spendInZone(budget, COST.move, zone);
    if (/^\d{4}-\d\d-\d\d$/.test(text))
      return timeIn(DateTime.fromISO(text, { zone: zonedBy(zone) }));
    throw new ExpressionError(
      "date() takes a day as 2026-03-01, or a time as timestamp() takes it",
    );
  };
  const format = (time: Date, pattern: string, zone?: string): string => {
    assertPattern(writingMistake(pattern));
    return momentOf(budget, COST.write, time, zone).toFormat(pattern);
  };
  const parseDate = (text: string, pattern: string, zone?: string): Date => {
    assertPattern(readingMistake(pattern));
    spendInZone(budget, COST.read, zone);
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
