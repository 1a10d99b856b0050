import type { Json } from "../../model/json.ts";

/** A number as it is written, without a loss: `units` times ten to the power of minus `scale`. */
export interface Decimal {
  readonly units: bigint;
  /** Digits behind the point, 0 or more. */
  readonly scale: number;
}

export const ZERO: Decimal = { units: 0n, scale: 0 };

/** More digits than a double has anywhere: a text of more is not taken, since to count with it could take long. */
const LONGEST = 400;

/**
 * The decimal that a value of a record is, or null where it is not a number. Upstreams give decimals of a database as
 * texts, so that they lose nothing.
 *
 *     1.25, "1.25", 1e-2, 50755254975729665n
 */
export function decimalOf(value: Json): Decimal | null {
  if (typeof value === "bigint") return { units: value, scale: 0 };
  if (typeof value !== "number" && typeof value !== "string") return null;
  const text = String(value).trim();
  const [, sign, whole, fraction = "", exponent = "0"] = WRITTEN.exec(text) ?? [];
  if (whole === undefined || text.length > LONGEST) return null;
  const scale = fraction.length - Number(exponent);
  if (Math.abs(scale) > 2 * LONGEST) return null;
  const units = BigInt(`${sign}${whole}${fraction}`);
  return scale < 0 ? { units: units * power(-scale), scale: 0 } : { units, scale };
}

const WRITTEN = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

/** The sum, exact. */
export function added(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: scaledTo(scale, a) + scaledTo(scale, b), scale };
}

/** Below 0, 0 or above, as a sort function gives it. */
export function compared(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const difference = scaledTo(scale, a) - scaledTo(scale, b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The quotient: exact where that has an end within 30 more digits, else cut there, which is beyond what a double holds. */
export const divided = ({ units, scale }: Decimal, by: number): Decimal => ({
  units: (units * power(MORE)) / BigInt(by),
  scale: scale + MORE,
});

const MORE = 30;

/** A decimal as JSON: an integer exactly, any other as the nearest double. */
export function decimalJson({ units, scale }: Decimal): number | bigint {
  const one = power(scale);
  if (units % one === 0n) {
    const whole = units / one;
    return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
  }
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const text = `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return units < 0n ? -Number(text) : Number(text);
}

const scaledTo = (scale: number, { units, scale: own }: Decimal) => units * power(scale - own);

const power = (exponent: number) => 10n ** BigInt(exponent);
