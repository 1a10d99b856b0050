/** A longer delay is not believed: 30 days in milliseconds. */
const LONGEST = 30 * 86_400_000;

/** The three forms of a date (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`, and two that are obsolete. */
const DATES: readonly RegExp[] = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * The delay that `Retry-After` asks for, in milliseconds from now: `120` (seconds) or a date. Null when it has another form,
 * or asks for more than 30 days. RFC 9110, section 10.2.3.
 */
export function retryAfter(value: string | null, now: Date): number | null {
  const wait = value === null ? null : asked(value.trim(), now);
  return wait !== null && wait <= LONGEST ? wait : null;
}

function asked(value: string, now: Date): number | null {
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  if (!DATES.some((form) => form.test(value))) return null;
  const date = Date.parse(value.endsWith("GMT") ? value : `${value} GMT`);
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}
