import type { FilterOperator } from "../../model/filter-operators.ts";
import { type Json, type JsonObject, isJsonObject, jsonText } from "../../model/json.ts";
import type { FilterFact } from "../../model/query-facts.ts";
import type { ApiFacts } from "../../model/upstream-api.ts";
import { filterParameters } from "./filter-parameters.ts";
import type { Parameter } from "./parameters.ts";

/** Query parameters that say a filter, and the filter that is left to be applied in memory. */
export interface SplitFilter {
  readonly sent: readonly Parameter[];
  readonly left: JsonObject | null;
}

/** One condition of a filter, with its field or its operator: `["age", { $gt: 3 }]`, `["$or", […]]`. */
type Entry = readonly [name: string, value: Json];

/**
 * Parts a filter into what the upstream's API can say, and what is left.
 *
 *     { status: "draft", age: { $ne: 3 } }
 *     rest      → ?status=draft                          and the whole in memory
 *     nocobase  → ?filter={"status":"draft","age":{"$ne":3}}
 *     directus  → ?filter={"status":{"_eq":"draft"}}     and { age: { $ne: 3 } } in memory
 *     postgrest → ?status=eq.draft                       and { age: { $ne: 3 } } in memory
 */
export function splitFilter(
  facts: Pick<ApiFacts, "filter" | OwnParameter>,
  filter: JsonObject | null,
): SplitFilter {
  const entries = Object.entries(filter ?? {});
  if (filter === null || entries.length === 0) return { sent: [], left: null };
  const { filter: fact } = facts;
  if (fact === null) return { sent: [], left: filter };
  const { sent, said } = fact.parameter.includes("{field}")
    ? asParameters(fact, entries, ownParameters(facts))
    : asJson(fact, entries);
  if (!fact.isTrusted) return { sent, left: filter };
  const left = entries.filter((entry) => !said.has(entry));
  return { sent, left: left.length === 0 ? null : Object.fromEntries(left) };
}

/** Parameters, and the conditions that they say. */
interface Said {
  readonly sent: readonly Parameter[];
  readonly said: ReadonlySet<Entry>;
}

/** The facts that are parameters of a list beside its filter. */
type OwnParameter = "shapes" | "sort" | "limit" | "page" | "offset" | "appends";

/** The names of parameters that a field can't have: it is filtered in memory. */
function ownParameters(facts: Pick<ApiFacts, "filter" | OwnParameter>): ReadonlySet<string> {
  const { shapes, sort, limit, page, offset, appends, filter } = facts;
  const { $and, $or } = filter?.operators ?? {};
  const names = [sort?.parameter, limit, page, offset, appends?.parameter, $and, $or];
  return new Set([...shapes, ...names.filter((name) => typeof name === "string")]);
}

function asParameters(
  fact: FilterFact,
  entries: readonly Entry[],
  taken: ReadonlySet<string>,
): Said {
  const found = entries.flatMap((entry) => {
    const parameters = filterParameters(fact, entry, taken);
    return parameters === null ? [] : [{ entry, parameters }];
  });
  return {
    sent: found.flatMap(({ parameters }) => parameters),
    said: new Set(found.map(({ entry }) => entry)),
  };
}

function asJson(fact: FilterFact, entries: readonly Entry[]): Said {
  const { operators, parameter } = fact;
  const own = operators === null ? entries : entries.filter((entry) => knows(operators, entry));
  if (own.length === 0) return { sent: [], said: new Set() };
  const said = Object.fromEntries(
    operators === null ? own : own.map((entry) => inOwnWords(fact, operators, entry)),
  );
  return { sent: [[parameter, jsonText(said)]], said: new Set(own) };
}

type Operators = NonNullable<FilterFact["operators"]>;

/** Whether an upstream knows all `$` operators in an entry, at any depth. */
function knows(operators: Operators, [name, value]: Entry): boolean {
  if (name.startsWith("$") && !Object.hasOwn(operators, name)) return false;
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every((entry) => knows(operators, entry));
}

/** An entry with the upstream's own operators, `_eq` for equality. What bears no `$` are its own words already. */
function inOwnWords(fact: FilterFact, operators: Operators, [name, value]: Entry): Entry {
  if (name === "$and" || name === "$or") {
    const parts = Array.isArray(value) ? (value as Json[]) : [];
    const own = parts.map((part) => (isJsonObject(part) ? inOwnWordsAll(part) : part));
    return [operators[name] ?? name, own];
  }
  return [name, test(value)];

  function inOwnWordsAll(part: JsonObject): JsonObject {
    return Object.fromEntries(
      Object.entries(part).map((entry) => inOwnWords(fact, operators, entry)),
    );
  }

  function test(wanted: Json): Json {
    if (isJsonObject(wanted)) {
      return Object.assign(
        {},
        ...Object.entries(wanted).map(([operator, item]) => one(operator, item)),
      );
    }
    if (wanted === null) return nothing();
    // Where equality has a word of its own, a bare value might be read otherwise.
    if (Array.isArray(wanted) || operators.$eq === undefined || operators.$eq === "$eq")
      return wanted;
    return { [operators.$eq]: wanted };
  }

  function nothing(): Json {
    return fact.isNull === null ? null : { [fact.isNull.operator]: fact.isNull.value };
  }

  function one(operator: string, item: Json): JsonObject {
    if (operator === "$eq" && item === null && fact.isNull !== null) return nothing() as JsonObject;
    if (!operator.startsWith("$")) return { [operator]: isJsonObject(item) ? test(item) : item };
    return { [operators[operator as FilterOperator] ?? operator]: item };
  }
}
