const UNITS = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 } as const;

/** Reads `512b`, `16kb`, `10mb`, `1gb` as bytes (a kb is 1,024). Null for anything else. */
export function parseSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(b|kb|mb|gb)$/i.exec(text);
  return match
    ? Math.round(Number(match[1]) * UNITS[match[2]?.toLowerCase() as keyof typeof UNITS])
    : null;
}
