import { z } from "zod";
import { parseDuration } from "../../model/duration.ts";
import { parseSize } from "../../model/size.ts";

/** `30s` → 30000. */
export const duration = z.unknown().transform((value, context): number => {
  const milliseconds = typeof value === "string" ? parseDuration(value) : null;
  if (milliseconds !== null && milliseconds > 0) return milliseconds;
  context.addIssue("should be a duration over zero: 500ms, 30s, 10m, 1h or 7d");
  return z.NEVER;
});

/** `10mb` → 10485760. */
export const size = z.unknown().transform((value, context): number => {
  const bytes = typeof value === "string" ? parseSize(value) : null;
  if (bytes !== null && bytes > 0) return bytes;
  context.addIssue("should be a size over zero: 512b, 16kb or 10mb");
  return z.NEVER;
});

/** A port; 0 means any free one. Digits in quotes will do, since variables are often written so. */
export const port = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], {
    error: "should be a port: 0 to 65535",
  })
  .pipe(z.number().int().min(0).max(65_535, { error: "should be a port: 0 to 65535" }));

/** A count of something. */
export const count = z.number().int().min(1, { error: "should be at least 1" });

/** Any text but none. */
export const text = z.string().min(1, { error: "should not be empty" });

/** Header name → value, as configured by the operator. */
export const headers = z.record(
  z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: "is no header name" }),
  z.string().regex(/^[^\r\n\0]*$/, { error: "should be one line" }),
);

/** A section that may be there without anything in it: `runs:` is `runs: {}`. */
export const section = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => value ?? {}, schema).prefault({} as never);

/** A section that this version has no use for: only its empty default is legal. */
export const notYet = (what: string) =>
  z
    .unknown()
    .optional()
    .superRefine((value, context) => {
      const empty =
        value === undefined || value === null || Object.keys(value as object).length === 0;
      if (!empty) context.addIssue(`${what} are not supported by this version; leave it out`);
    });
