import { ExpressionError } from "../model/expression.ts";
import { finite } from "./finite.ts";

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;

/** @throws {ExpressionError} for an integer outside 64 bits, wherever an expression reads one; for nothing else */
export function assertInt64(value: unknown): void {
  if (typeof value !== "bigint" || (value >= MIN && value <= MAX)) return;
  throw new ExpressionError("an integer outside 64 bits can't be used in an expression");
}

/**
 * An integer as JSON has it: a number up to ±2^53, a bigint beyond.
 * @throws {ExpressionError} outside 64 bits
 */
export function jsonOfInteger(value: bigint): number | bigint {
  assertInt64(value);
  return -(2n ** 53n) <= value && value <= 2n ** 53n ? Number(value) : value;
}

/** Whether an int and a double are the same number, to the last digit. */
export const sameNumber = (integer: bigint, double: number): boolean =>
  Number.isInteger(double) && BigInt(double) === integer;

type Operand = bigint | number;

const ROUNDED = {
  "+": (a: number, b: number) => a + b,
  "-": (a: number, b: number) => a - b,
  "*": (a: number, b: number) => a * b,
  "/": (a: number, b: number) => a / b,
  "%": (a: number, b: number) => a % b,
};

const EXACT = {
  "+": (a: bigint, b: bigint) => a + b,
  "-": (a: bigint, b: bigint) => a - b,
  "*": (a: bigint, b: bigint) => a * b,
};

/**
 * Arithmetic of an int and a double, or of two doubles, by its sign. The result is a double; where the int is outside ±2^53,
 * which a double can't hold, it is an int, and exact.
 */
export const mixedArithmetic: ReadonlyMap<string, (a: Operand, b: Operand) => Operand> = new Map(
  Object.entries(ROUNDED).map(([sign, rounded]) => {
    const exact = sign in EXACT ? EXACT[sign as keyof typeof EXACT] : null;
    return [
      sign,
      (a: Operand, b: Operand) => {
        if (!isLarge(a) && !isLarge(b)) return finite(rounded(Number(a), Number(b)));
        if (exact === null || !isWhole(a) || !isWhole(b)) {
          throw new ExpressionError(
            "an integer outside ±2^53 can't be computed with a fraction; use double() to round it",
          );
        }
        const result = exact(BigInt(a), BigInt(b));
        assertInt64(result);
        return result;
      },
    ];
  }),
);

const isLarge = (value: Operand): boolean =>
  typeof value === "bigint" && (value > 2n ** 53n || value < -(2n ** 53n));

const isWhole = (value: Operand): boolean => typeof value === "bigint" || Number.isInteger(value);
