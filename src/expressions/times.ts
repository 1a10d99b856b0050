import { DateTime, FixedOffsetZone } from "luxon";
import { ExpressionError } from "../model/expression.ts";
import type { Budget } from "./budget.ts";
import { type OwnFunction, TIME, ownName } from "./own-function.ts";
import { zoneOf } from "./zones.ts";

/** Methods of a time that take a zone. cel-js computes them by the machine's own zone, and errs around its clock changes. */
const GETTERS: Readonly<Record<string, (wall: DateTime) => number>> = {
  getFullYear: ({ year }) => year,
  getMonth: ({ month }) => month - 1,
  getDate: ({ day }) => day,
  getDayOfMonth: ({ day }) => day - 1,
  getDayOfWeek: ({ weekday }) => weekday % 7,
  getDayOfYear: ({ ordinal }) => ordinal - 1,
  getHours: ({ hour }) => hour,
  getMinutes: ({ minute }) => minute,
  getSeconds: ({ second }) => second,
  getMilliseconds: ({ millisecond }) => millisecond,
};

/** The cost of asking for a zone's clock: about as long as so many nodes take. */
const ZONE_COST = 400;

/** The names of methods that ours stand in for, when they are called with so many arguments. */
export const ownTimeMethods: ReadonlySet<string> = new Set([
  ...Object.keys(GETTERS).map((name) => `${name}/1`),
  "getDayOfYear/0",
]);

/** Times: read strictly, and written in the zone that is named, never in that of the machine. */
export function timeFunctions(budget: Budget): readonly OwnFunction[] {
  const getters = Object.entries(GETTERS).map(([name, read]): OwnFunction => {
    const inZone = (time: Date, zone: string) => {
      budget.spend(ZONE_COST);
      return BigInt(read(DateTime.fromJSDate(time, { zone: zoneOf(zone) })));
    };
    return [`${TIME}.${ownName(name)}(string): int`, inZone];
  });
  const timestamp = ownName("timestamp");
  return [
    ...getters,
    [`${TIME}.${ownName("getDayOfYear")}(): int`, dayOfYear],
    [`${timestamp}(string): ${TIME}`, timeOfText],
    [`${timestamp}(int): ${TIME}`, timeOfSeconds],
    [`${timestamp}(double): ${TIME}`, timeOfSeconds],
    // The check of types sees the public name, which cel-js has for integers and texts alone.
    [`timestamp(double): ${TIME}`, timeOfSeconds],
    [`${timestamp}(${TIME}): ${TIME}`, (time: Date) => time],
  ];
}

/** In UTC, from 0. */
const dayOfYear = (time: Date): bigint =>
  BigInt(DateTime.fromJSDate(time, { zone: FixedOffsetZone.utcInstance }).ordinal - 1);

/** The first and the last millisecond of the years that RFC 3339 can write: 1 to 9999. */
const EARLIEST = -62_135_596_800_000;
const LATEST = 253_402_300_799_999;

const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** A date and a time that exist, with an offset (RFC 3339, section 5.6). Fractions of a millisecond are cut. */
export function timeOfText(text: string): Date {
  const found = RFC_3339.exec(text);
  if (found === null) {
    throw new ExpressionError(
      "timestamp() takes a date and a time with an offset, as in 2026-03-01T08:30:00Z or 2026-03-01T08:30:00+01:00",
    );
  }
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as Six;
  const [, , , , , , , fraction = "", sign = "+", ...offset] = found;
  const [offsetHour = 0, offsetMinute = 0] = offset.map((part) => Number(part ?? 0));
  const wall = new Date(0);
  wall.setUTCFullYear(year, month - 1, day);
  const exists =
    wall.getUTCMonth() === month - 1 &&
    wall.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60 &&
    offsetHour < 24 &&
    offsetMinute < 60;
  if (!exists)
    throw new ExpressionError("timestamp() is given a date or a time that does not exist");
  wall.setUTCHours(hour, minute, second, Number(fraction.padEnd(3, "0").slice(0, 3)));
  const east = (offsetHour * 60 + offsetMinute) * 60_000 * (sign === "-" ? -1 : 1);
  return inRange(wall.getTime() - east);
}

type Six = [number, number, number, number, number, number];

const timeOfSeconds = (seconds: number | bigint) => inRange(Number(seconds) * 1_000);

/** The time, where RFC 3339 can write it. @throws {ExpressionError} otherwise */
export function inRange(milliseconds: number): Date {
  if (milliseconds >= EARLIEST && milliseconds <= LATEST) return new Date(milliseconds);
  throw new ExpressionError("a time is outside the years 1 to 9999");
}

/** Whether a time can be written as RFC 3339 has it. */
export const isWritable = (time: Date): boolean =>
  time.getTime() >= EARLIEST && time.getTime() <= LATEST;
