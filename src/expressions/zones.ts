import { FixedOffsetZone, IANAZone, type Zone } from "luxon";
import { LRUCache } from "lru-cache";
import { ExpressionError } from "../model/expression.ts";

const known = new LRUCache<string, Zone>({ max: 100 });

/**
 * A zone by its name: `Europe/Berlin`, `UTC`, `+01:00`.
 * @throws {ExpressionError} for another name
 */
export function zoneOf(name: string): Zone {
  const before = known.get(name);
  if (before !== undefined) return before;
  const zone = offsetZone(name) ?? namedZone(name);
  known.set(name, zone);
  return zone;
}

/** What is wrong with the name of a zone; null: nothing. */
export function zoneMistake(name: string): string | null {
  try {
    zoneOf(name);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function offsetZone(name: string): Zone | null {
  const found = /^([+-])([01]\d|2[0-3]):([0-5]\d)$/.exec(name);
  if (found === null) return null;
  const [, sign, hours, minutes] = found;
  const east = Number(hours) * 60 + Number(minutes);
  return FixedOffsetZone.instance(sign === "-" ? -east : east);
}

/** By its one right spelling: luxon keeps every name that it is given. */
function namedZone(name: string): Zone {
  try {
    const { timeZone } = new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions();
    return timeZone === "UTC" ? FixedOffsetZone.utcInstance : IANAZone.create(timeZone);
  } catch {
    throw new ExpressionError(
      "the time zone is not known; name one as Europe/Berlin, UTC or +01:00 do",
    );
  }
}
