import { pathToRegexp } from "path-to-regexp";
import { z } from "zod";
import { text } from "./words.ts";

const path = text.superRefine((value, context) => {
  if (!value.startsWith("/")) return context.addIssue("should begin with /");
  try {
    pathToRegexp(value);
  } catch (error) {
    context.addIssue(`is no path of a route: ${(error as Error).message.split(/[;:]/, 1)[0]}`);
  }
});

/** A row of `routes:`, in Express path syntax. SPEC, section 2. */
export const route = z.strictObject({
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
  path,
  collection: text,
  action: text,
});
