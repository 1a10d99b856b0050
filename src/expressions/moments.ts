import { DateTime, FixedOffsetZone, type Zone } from "luxon";
import { ExpressionError } from "../model/expression.ts";
import type { Budget } from "./budget.ts";
import { inRange } from "./times.ts";
import { zoneOf } from "./zones.ts";

/** To ask for the clock of a zone takes so many times what UTC takes. */
const IN_ZONE = 3;

/**
 * A time on the clock of a zone: UTC, unless one is named.
 * @param cost what is to be done with it: about as long as so many nodes take
 */
export function momentOf(budget: Budget, cost: number, time: Date, zone?: string): DateTime {
  spendInZone(budget, cost, zone);
  return DateTime.fromJSDate(time, { zone: zonedBy(zone) }).setLocale("en-US");
}

/** Takes the cost of a function of dates from the budget. */
export const spendInZone = (budget: Budget, cost: number, zone: string | undefined): void =>
  budget.spend(zone === undefined ? cost : IN_ZONE * cost);

/** A zone by its name; UTC without one. @throws {ExpressionError} for another name */
export const zonedBy = (name: string | undefined): Zone =>
  name === undefined ? FixedOffsetZone.utcInstance : zoneOf(name);

/** The time of a moment. @throws {ExpressionError} where there is none, or outside the years 1 to 9999 */
export function timeIn(moment: DateTime): Date {
  if (moment.isValid) return inRange(moment.toMillis());
  throw new ExpressionError("the date does not exist, or is outside the years 1 to 9999");
}
