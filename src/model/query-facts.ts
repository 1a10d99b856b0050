import { z } from "zod";

/** A query parameter that says several things: how it is named, and how they are parted. */
const listed = {
  parameter: z
    .string()
    .min(1)
    .describe("Its name. `{index}` in it counts from 0, where each has a parameter of its own."),
  separator: z
    .string()
    .min(1)
    .nullable()
    .default(",")
    .describe("What stands between two of them. Null: each has a parameter of its own."),
};

/**
 * How an upstream is told the order of a list. A text alone is the parameter: `sort: _sort`.
 *
 *     { parameter: sort, descending: "-{field}" }        → ?sort=title,-id
 *     { parameter: order, descending: "{field}.desc" }   → ?order=title,id.desc
 *     { parameter: "order[{field}]", ascending: asc, descending: desc, separator: null }
 *                                                        → ?order[title]=asc&order[id]=desc
 */
export const sortFact = z
  .preprocess(
    (value) => (typeof value === "string" ? { parameter: value } : value),
    z.strictObject({
      ...listed,
      ascending: z.string().default("{field}").describe("A field, the least first."),
      descending: z.string().default("-{field}").describe("A field, the greatest first."),
    }),
  )
  .superRefine(({ parameter, ascending, descending }, context) => {
    for (const [name, text] of Object.entries({ ascending, descending })) {
      if (`${parameter}${text}`.includes("{field}")) continue;
      const message = 'should say where the field stands: "{field}.desc"';
      context.addIssue({ code: "custom", path: [name], message });
    }
  });

/** See `sortFact`. */
export type SortFact = z.infer<typeof sortFact>;

/**
 * How an upstream is asked to load associations along with records.
 *
 *     { parameter: appends }                                  → ?appends=category,author.company
 *     { parameter: fields, first: "*", each: "{name}.*" }     → ?fields=*,category.*,author.company.*
 *     { parameter: "populate[{index}]", separator: null }     → ?populate[0]=category&populate[1]=author.company
 *     { parameter: select, first: "*", each: "{name}(*)", nested: "{name}(*,{nested})" }
 *                                                             → ?select=*,category(*),author(*,company(*))
 */
export const appendsFact = z
  .strictObject({
    ...listed,
    first: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe("What stands before the associations: the record's own fields. Null: nothing."),
    each: z
      .string()
      .default("{name}")
      .describe("An association: `category`, or `author.company` where `nested` is null."),
    nested: z
      .string()
      .nullable()
      .default(null)
      .describe("An association with others behind it, `{nested}`. Null: those are dotted names."),
  })
  .superRefine(({ each, nested }, context) => {
    if (!each.includes("{name}")) {
      const message = 'should say where the association stands: "{name}.*"';
      context.addIssue({ code: "custom", path: ["each"], message });
    }
    if (nested !== null && !["{name}", "{nested}"].every((mark) => nested.includes(mark))) {
      const message =
        'should say where the association and those behind it stand: "{name}(*,{nested})"';
      context.addIssue({ code: "custom", path: ["nested"], message });
    }
  });

/** See `appendsFact`. */
export type AppendsFact = z.infer<typeof appendsFact>;

/**
 * How an upstream is asked for a number made of many records.
 *
 *     { parameter: "aggregate[{function}]", value: "{field}", answer: "/data/0/{function}/{field}" }
 *                                       → ?aggregate[sum]=price, answered { data: [{ sum: { price: 12 } }] }
 */
export const aggregateFact = z.strictObject({
  parameter: z.string().min(1).describe("Its name. `{function}` is count, sum, avg, min or max."),
  value: z.string().min(1).default("{field}").describe("Its value."),
  answer: z
    .string()
    .startsWith("/")
    .describe("JSON pointer to the number in the whole answer: `/data/0/{function}/{field}`."),
});
