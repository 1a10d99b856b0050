import { z } from "zod";
import { isHeaderName } from "../../model/headers.ts";
import { parseSize } from "../../model/size.ts";

/** Any text but none. */
export const text = z.string().min(1);

/** `10mb` → 10485760. */
export const size = z.unknown().transform((value, context): number => {
  const bytes = typeof value === "string" ? parseSize(value) : null;
  if (bytes !== null && bytes > 0) return bytes;
  context.addIssue("should be a size over zero: 512b, 16kb or 10mb");
  return z.NEVER;
});

/** A number or, since variables are put in as texts, the text of one. */
const numeric = <T extends z.ZodType<number>>(schema: T) =>
  z.preprocess(
    (value) => (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value),
    schema,
  );

/** A port; 0 means any free one. */
export const port = numeric(z.number().int().min(0).max(65_535));

/** The greatest number that both stores keep in a column `integer`. */
const MOST = 2_147_483_647;

/** How many of something: a whole number from 1 on. */
export const count = numeric(z.number().int().min(1).max(MOST));

/** A number within bounds. */
export const numberWithin = (min: number, max: number) => numeric(z.number().min(min).max(max));

/** True or false, or the text of it. */
export const flag = z.preprocess(
  (value) => (value === "true" ? true : value === "false" ? false : value),
  z.boolean(),
);

/** The name of a header (RFC 9110, section 5.1). */
export const headerName = z.string().refine(isHeaderName, { error: "is not a valid header name" });

/** Header name → value, as configured by the operator. */
export const headers = z.record(
  headerName,
  z.string().regex(/^[^\r\n\0]*$/, { error: "should hold no line break and no NUL" }),
);

/** A section that may be there with nothing in it: `runs:` is `runs: {}`. */
export const section = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => value ?? {}, schema).prefault({} as never);

/** A list that may be there with nothing in it. */
export const list = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => value ?? [], z.array(item)).prefault([] as never);
