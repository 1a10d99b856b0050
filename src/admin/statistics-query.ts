import { GatewayError } from "../model/errors.ts";
import { durationText, parseDuration } from "../model/duration.ts";

const HOUR = 3_600_000;
const LEAST = 60_000;
const MOST = 24 * HOUR;

/**
 * When the time begins that `GET /statistics?last=1h` asks for. Default: an hour ago.
 * @throws {GatewayError} BAD_REQUEST
 */
export function sinceOf({ last = "1h", ...more }: Record<string, unknown>, now: Date): Date {
  const milliseconds = typeof last === "string" ? parseDuration(last) : null;
  if (milliseconds === null || milliseconds < LEAST || milliseconds > MOST) {
    const span = `${durationText(LEAST)} to ${durationText(MOST)}`;
    throw new GatewayError("BAD_REQUEST", `last should be a duration of ${span}: 15m, 1h, 24h`);
  }
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) {
    throw new GatewayError("BAD_REQUEST", `unknown parameter "${unknown}"; there is last`);
  }
  return new Date(now.getTime() - milliseconds);
}
