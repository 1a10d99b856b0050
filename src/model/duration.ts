const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds as a configuration says them, in the largest unit that is whole: 90000 → `90s`. */
export function durationText(milliseconds: number): string {
  const units = Object.entries(UNITS).toReversed();
  const [unit, length] = units.find(([, one]) => milliseconds % one === 0) ?? ["ms", 1];
  return `${milliseconds / length}${unit}`;
}

/**
 * Reads `500ms`, `30s`, `10m`, `1h`, `7d` as milliseconds. Fractions are allowed: `1.5h`.
 * Null for anything else.
 */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  return match ? Math.round(Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]) : null;
}
