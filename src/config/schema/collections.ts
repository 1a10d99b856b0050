import { z } from "zod";
import { section, text } from "./field-types.ts";

const association = z.strictObject({
  collection: text,
  foreignKey: text.nullable().default(null),
});

/** `collections:`, only what differs from the defaults. See docs/configuration.md, "Collections and routes". */
export const collections = z.record(
  text,
  section(
    z.strictObject({
      primaryKey: text.optional(),
      associations: section(z.record(text, association)),
    }),
  ),
);
