import { z } from "zod";
import { schema } from "../../model/compiled-fields.ts";
import { section, text } from "./field-types.ts";

const association = z.strictObject({
  collection: text,
  foreignKey: text.nullable().default(null),
});

/** `collections:`, only what differs from the defaults. See docs/configuration.md, "Collections and routes". */
export const collections = z.record(
  text,
  section(
    z
      .strictObject({
        primaryKey: text.optional(),
        associations: section(z.record(text, association)),
        schema: schema
          .optional()
          .describe(
            "The JSON Schema of its records: written out, `{ file }`, or `{ openapi }`. Without it, `upstream.openapi` tells.",
          ),
      })
      // Types exist while a configuration is loaded; see `describedUpstream`.
      .transform(({ schema: _schema, ...collection }) => collection),
  ),
);
