import type { DateTimeUnit } from "luxon";
import { ExpressionError } from "../model/expression.ts";
import type { Budget } from "./budget.ts";
import type { DeclaredFunction } from "./declared.ts";
import { oneOf } from "./literals.ts";
import { momentOf, timeIn } from "./moments.ts";
import { TIME } from "./own-function.ts";
import { zoneMistake } from "./zones.ts";

const COST = { move: 400, compare: 2_000 };

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

/** Moving times by the calendar of a zone, and what lies between two: UTC, unless a zone is named. */
export function calendarFunctions(budget: Budget): readonly DeclaredFunction[] {
  const addDays = (time: Date, days: Count, zone?: string) =>
    timeIn(momentOf(budget, COST.move, time, zone).plus({ days: whole(days) }));
  const addMonths = (time: Date, months: Count, zone?: string) =>
    timeIn(momentOf(budget, COST.move, time, zone).plus({ months: whole(months) }));
  const startOf = (time: Date, unit: string, zone?: string) =>
    timeIn(momentOf(budget, COST.move, time, zone).startOf(unitOf(unit)));
  const diff = (time: Date, other: Date, unit: string, zone?: string): bigint => {
    const name = unitOf(unit.replace(/s$/, ""));
    const between = momentOf(budget, COST.compare, time, zone).diff(
      momentOf(budget, 0, other, zone),
      name,
    );
    return BigInt(Math.trunc(between.as(name)));
  };

  return [
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
  ];
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
