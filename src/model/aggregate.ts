import type { JsonObject } from "./json.ts";

/** Functions that make one number of many records. */
export const AGGREGATE_FUNCTIONS = ["count", "sum", "avg", "min", "max"] as const;

/** See `AGGREGATE_FUNCTIONS`. */
export type AggregateFunction = (typeof AGGREGATE_FUNCTIONS)[number];

/** A number that is to be made of the records of a collection. */
export interface AggregateQuery {
  /** As in `RecordQuery`. */
  readonly filter: JsonObject | null;
  readonly function: AggregateFunction;
  /** Dots lead into nested objects. Null, which only `count` takes: the records themselves. */
  readonly field: string | null;
}
