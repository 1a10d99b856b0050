/**
 * What `Retry-After` asks for, in milliseconds from now: `120` (seconds) or a date. Null when it says nothing usable.
 * RFC 9110, section 10.2.3.
 */
export function retryAfter(value: string | null, now: Date): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}
