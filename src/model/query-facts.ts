import { z } from "zod";
import { FILTER_OPERATORS } from "./filter-operators.ts";

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
 * How a list is filtered. A text alone is the parameter of a filter in JSON: `filter: where`.
 *
 *     { parameter: filter }                                   → ?filter={"age":{"$gt":3}}
 *     { parameter: filter, operators: { $gt: _gt } }          → ?filter={"age":{"_gt":3}}
 *     { parameter: "{field}", value: "{operator}.{value}", operators: { $gt: gt } }
 *                                                             → ?age=gt.3
 *     { parameter: "filters[{field}][{operator}]", operators: { $gt: $gt } }
 *                                                             → ?filters[age][$gt]=3
 *
 * What it can't say is worked out in memory.
 */
export const filterFact = z.preprocess(
  (value) => (typeof value === "string" ? { parameter: value } : value),
  z.strictObject({
    parameter: z
      .string()
      .min(1)
      .describe(
        "Its name. With `{field}` in it, each condition has a parameter of its own; else the filter is JSON.",
      ),
    value: z
      .string()
      .includes("{value}")
      .default("{value}")
      .describe("The value of such a parameter: `{operator}.{value}`."),
    operators: z
      .partialRecord(z.enum(FILTER_OPERATORS), z.string().min(1))
      .nullable()
      .default(null)
      .describe("The operators that it knows, and its words for them. Null: all, as they are."),
    isNull: z
      .strictObject({ operator: z.string().min(1), value: z.union([z.string(), z.boolean()]) })
      .nullable()
      .default(null)
      .describe('How it says that a field is null: `{ operator: is, value: "null" }`.'),
    lists: z
      .enum(["none", "indexed", "quoted"])
      .default("none")
      .describe(
        'How a parameter says a list: not at all, `[0]=a&[1]=b`, or `("a","b")`. JSON has lists anyway.',
      ),
    group: z
      .string()
      .nullable()
      .default(null)
      .describe(
        "How a condition stands in `or=(…)`: `{field}.{operator}.{value}`. Null: there is no such parameter.",
      ),
    isTrusted: z
      .boolean()
      .default(true)
      .describe("Whether no record comes that the filter leaves out. Else it is applied again."),
  }),
);

/** See `filterFact`. */
export type FilterFact = z.infer<typeof filterFact>;

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
    reference: z
      .record(z.string(), z.string())
      .nullable()
      .default(null)
      .describe(
        "What an object holds that only refers to an association: `{ __type: Pointer }`. Null: none does.",
      ),
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
