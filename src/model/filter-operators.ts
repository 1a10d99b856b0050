/** The operators of a filter that is worked out in memory, in the language of MongoDB. Never `$where`, which runs code. */
export const FILTER_OPERATORS = [
  "$eq",
  "$ne",
  "$in",
  "$nin",
  "$gt",
  "$gte",
  "$lt",
  "$lte",
  "$and",
  "$or",
  "$nor",
  "$not",
  "$exists",
  "$all",
  "$size",
  "$mod",
  "$elemMatch",
  "$regex",
  "$options",
] as const;

/** See `FILTER_OPERATORS`. */
export type FilterOperator = (typeof FILTER_OPERATORS)[number];
