import type { FilterOperator } from "../../model/filter-operators.ts";
import { type Json, isJsonObject } from "../../model/json.ts";
import type { FilterFact } from "../../model/query-facts.ts";
import { type Parameter, filledIn } from "./parameters.ts";

type Scalar = string | number | bigint | boolean;

/** One test of a field, in the upstream's words. */
interface Test {
  readonly field: string;
  readonly operator: string;
  readonly value: Scalar | readonly Scalar[];
  /** Whether the value is a word of the API, as in `is.null`. */
  readonly isWord: boolean;
}

/**
 * A condition of a filter as query parameters, for an API that has one a condition. Null where it can't be said.
 *
 *     ["age", { $gt: 3, $lt: 9 }]                    → age=gt.3&age=lt.9
 *     ["$or", [{ age: 3 }, { name: null }]]          → or=(age.eq."3",name.is.null)
 *     ["age", { $in: [3, 4] }] as strapi has it      → filters[age][$in][0]=3&filters[age][$in][1]=4
 * @param taken names of parameters that mean something else
 */
export function filterParameters(
  fact: FilterFact,
  [name, value]: readonly [name: string, value: Json],
  taken: ReadonlySet<string>,
): readonly Parameter[] | null {
  if (taken.has(name)) return null;
  if (name.startsWith("$")) {
    const group = grouped(fact, name, value);
    return group === null ? null : [[group.word, group.items]];
  }
  const tests = testsOf(fact, name, value);
  return tests === null ? null : tests.flatMap((test) => parametersOf(fact, test));
}

function parametersOf(fact: FilterFact, test: Test): Parameter[] {
  const { field, operator, value } = test;
  const name = filledIn(fact.parameter, { field, operator });
  const said = (text: string) => filledIn(fact.value, { operator, value: text });
  if (!Array.isArray(value)) return [[name, said(String(value))]];
  const items = (value as readonly Scalar[]).map(String);
  if (fact.lists === "quoted") return [[name, said(quotedList(items))]];
  return items.map((item, at) => [`${name}[${at}]`, said(item)]);
}

/** `$or` and `$and` with the conditions in them; null where one can't be said. */
function grouped(
  fact: FilterFact,
  name: string,
  value: Json,
): { readonly word: string; readonly items: string } | null {
  const word = fact.operators?.[name as FilterOperator];
  if (fact.group === null || word === undefined || !Array.isArray(value)) return null;
  const parts = (value as Json[]).map((part) => conditionIn(fact, part));
  if (parts.length === 0 || parts.includes(null)) return null;
  return { word, items: `(${parts.join(",")})` };
}

/** One part of an `$or`: `{ age: 3, name: "a" }` → `and(age.eq."3",name.eq."a")`. */
function conditionIn(fact: FilterFact, part: Json): string | null {
  const all = Object.entries(isJsonObject(part) ? part : {}).flatMap(([name, value]) => {
    if (!name.startsWith("$")) return testsOf(fact, name, value)?.map(inGroup) ?? [null];
    const group = grouped(fact, name, value);
    return [group === null ? null : `${group.word}${group.items}`];
  });
  if (all.length === 0 || all.includes(null)) return null;
  const [only = null] = all;
  if (all.length === 1) return only;
  const and = fact.operators?.$and;
  return and === undefined ? null : `${and}(${all.join(",")})`;

  function inGroup({ field, operator, value, isWord }: Test): string {
    const text = Array.isArray(value)
      ? quotedList((value as readonly Scalar[]).map(String))
      : isWord
        ? String(value)
        : quoted(String(value));
    return filledIn(fact.group ?? "", { field, operator, value: text });
  }
}

/** The tests that a field's part of a filter means; null where one can't be said. */
function testsOf(fact: FilterFact, field: string, value: Json): readonly Test[] | null {
  if (!isField(fact, field)) return null;
  const given = isJsonObject(value) ? Object.entries(value) : [["$eq", value] as const];
  const tests = given.map(([operator, wanted]) => testOf(fact, field, operator, wanted));
  const said = tests.filter((test) => test !== null);
  return said.length === 0 || said.length < tests.length ? null : said;
}

function testOf(fact: FilterFact, field: string, name: string, value: Json): Test | null {
  const operator = fact.operators?.[name as FilterOperator];
  if (operator === undefined) return null;
  if (value === null) {
    return name === "$eq" && fact.isNull !== null ? { field, ...fact.isNull, isWord: true } : null;
  }
  if (isScalar(value)) return name === "$in" ? null : { field, operator, value, isWord: false };
  if (name !== "$in" || fact.lists === "none" || !Array.isArray(value)) return null;
  const items = value as Json[];
  return items.length > 0 && items.every(isScalar)
    ? { field, operator, value: items, isWord: false }
    : null;
}

/**
 * Whether a name can be a field in a query. Others, such as `_limit` and `$top`, command a list instead of filtering it. Where
 * the upstream's word is the last, a dot would have a meaning of its own.
 */
const isField = ({ isTrusted, parameter }: FilterFact, name: string) =>
  (isTrusted || parameter !== "{field}" ? /^[A-Za-z]\w*$/ : /^[A-Za-z][\w.-]*$/).test(name);

const isScalar = (value: Json): value is Scalar => value !== null && typeof value !== "object";

const quoted = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;

const quotedList = (items: readonly string[]) => `(${items.map(quoted).join(",")})`;
