import { z } from "zod";
import { expressPathMistake } from "../../model/express-path.ts";
import { text } from "./field-types.ts";

/** A path in Express syntax: `/v2/articles/:key`, `/utils/import/*`. */
export const expressPath = text.superRefine((value, context) => {
  if (!value.startsWith("/")) return context.addIssue("should begin with /");
  const mistake = expressPathMistake(value);
  if (mistake !== null) context.addIssue(`is not a valid path in Express syntax: ${mistake}`);
});

/** A row of `routes:`, in Express path syntax. See docs/configuration.md, "Collections and routes". */
export const route = z.strictObject({
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
  path: expressPath,
  collection: text,
  action: text,
});
