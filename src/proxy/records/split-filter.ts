import { type Json, type JsonObject, jsonText } from "../../model/json.ts";
import type { ApiFacts } from "../../model/upstream-api.ts";

/** Query parameters that say a filter, and the filter that is left to be applied in memory. */
export interface SplitFilter {
  readonly sent: readonly (readonly [name: string, value: string])[];
  readonly left: JsonObject | null;
}

/**
 * Parts a filter into what the upstream's API can say, and what is left.
 *
 *     { status: "draft", age: { $gt: 3 } }
 *     rest     → ?status=draft                          and the whole in memory
 *     nocobase → ?filter={"status":"draft","age":{"$gt":3}}
 *     strapi   → ?filters[status][$eq]=draft            and the whole in memory
 *     directus → ?filter={"status":{"_eq":"draft"}}     and { age: { $gt: 3 } } in memory
 *
 * With `?field=value` the whole filter is applied again: many upstreams ignore a parameter that they don't know, and
 * would give every record.
 */
export function splitFilter(
  facts: Pick<ApiFacts, "filter" | "operators">,
  filter: JsonObject | null,
): SplitFilter {
  const entries = Object.entries(filter ?? {});
  if (filter === null || entries.length === 0) return { sent: [], left: null };
  if (facts.filter === "none") return { sent: [], left: filter };
  if (facts.filter === "fields" || facts.filter === "brackets") {
    const nameOf = (name: string) => (facts.filter === "fields" ? name : `filters[${name}][$eq]`);
    const sent = entries.flatMap(([name, value]) =>
      isField(name) && isScalar(value) ? [[nameOf(name), String(value)] as const] : [],
    );
    return { sent, left: filter };
  }
  if (facts.operators === "$") return { sent: [["filter", jsonText(filter)]], left: null };
  const left = Object.fromEntries(entries.filter(hasDollar));
  const own = entries.filter((entry) => !hasDollar(entry));
  const said = Object.fromEntries(own.map(([name, value]) => [name, asOperator(value)]));
  return {
    sent: own.length === 0 ? [] : [["filter", jsonText(said)]],
    left: own.length === entries.length ? null : left,
  };
}

/** Parameters such as `_limit` and `$top` command a list instead of filtering it. */
const isField = (name: string) => /^[A-Za-z][\w.-]*$/.test(name);

const isScalar = (value: Json): value is string | number | bigint | boolean =>
  value !== null && typeof value !== "object";

/** Equality, as Directus says it. */
function asOperator(value: Json): Json {
  if (value === null) return { _null: true };
  return isScalar(value) ? { _eq: value } : value;
}

/** Whether a `$` operator stands in an entry, at any depth. */
function hasDollar([name, value]: readonly [name: string, value: Json]): boolean {
  if (name.startsWith("$")) return true;
  return typeof value === "object" && value !== null && Object.entries(value).some(hasDollar);
}
