import { ExpressionError } from "../model/expression.ts";
import { type Json, jsonText } from "../model/json.ts";
import type { Budget } from "./budget.ts";
import type { DeclaredFunction } from "./declared.ts";
import { assertInt64, mixedArithmetic } from "./integers.ts";
import { jsonOf, textOf } from "./json.ts";
import { inOrder } from "./order.ts";

type List = readonly unknown[];

/** Functions of whole lists. A field may lie deeper: `'customer.name'`. */
export function listFunctions(budget: Budget): readonly DeclaredFunction[] {
  const compare = inOrder(budget);

  /** Sorted by one value an item. Sorting is stable: items of the same value stay in their order. */
  function sorted(list: List, valueOf: (item: unknown) => unknown, sign: 1 | -1): List {
    budget.spend(list.length * Math.ceil(Math.log2(list.length + 1)));
    const keyed = list.map((item) => ({ item, value: valueOf(item) }));
    return keyed
      .toSorted((one, other) => sign * compare(one.value, other.value))
      .map(({ item }) => item);
  }
  const sort = (list: List) => sorted(list, (item) => item, 1);
  const sortBy = (list: List, field: string) => {
    const [name, sign] = field.startsWith("-")
      ? [field.slice(1), -1 as const]
      : [field, 1 as const];
    return sorted(list, fieldReader(name, budget), sign);
  };

  function distinct(list: List): List {
    const seen = new Set<string>();
    return list.filter((item) => {
      const key = keyOf(jsonOf(item, budget));
      budget.spend(2 * key.length);
      return !seen.has(key) && seen.add(key);
    });
  }

  function sum(list: List): number | bigint {
    budget.spend(list.length);
    return list.reduce<number | bigint>((total, item) => add(total, item), 0n);
  }
  const avg = (list: List): number | null =>
    list.length === 0 ? null : Number(sum(list)) / list.length;

  function groupBy(list: List, field: string): ReadonlyMap<string, List> {
    const read = fieldReader(field, budget);
    const groups = new Map<string, unknown[]>();
    for (const item of list) {
      const value = read(item);
      const key = value === null ? "null" : textOf(jsonOf(value, budget));
      budget.spend(1 + key.length);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
    return groups;
  }

  function chunk(list: List, most: number | bigint): readonly List[] {
    const size = Number(most);
    if (!Number.isInteger(size) || size < 1) {
      throw new ExpressionError("chunk() makes lists of 1 item and more, a whole number of them");
    }
    budget.spend(list.length);
    const count = Math.ceil(list.length / size);
    return Array.from({ length: count }, (_, at) => list.slice(at * size, (at + 1) * size));
  }

  return [
    {
      name: "sort",
      form: "(list) → list",
      about:
        "The list in ascending order: false before true, numbers by value, texts as `<` has them, times. Of different kinds, in this order; null, lists and objects last.",
      examples: [
        ["sort([3, 1, 2.5])", [1, 2.5, 3]],
        ["['b', 'a', null].sort()", ["a", "b", null]],
      ],
      overloads: [["sort(list): list", sort]],
    },
    {
      name: "sortBy",
      form: "(list, field) → list",
      about:
        "The objects of a list in the order of a field, which may lie deeper (`'customer.name'`); with `-` before it, in descending order. Objects with the same value stay in their order, those without the field are last (with `-`, first).",
      examples: [
        ["sortBy([{'n': 2}, {'n': 1}], 'n')", [{ n: 1 }, { n: 2 }]],
        ["[{'n': 1}, {'n': 2}].sortBy('-n')", [{ n: 2 }, { n: 1 }]],
      ],
      overloads: [["sortBy(list, string): list", sortBy]],
    },
    {
      name: "distinct",
      form: "(list) → list",
      about: "The list without what was in it before. Objects are the same when their fields are.",
      examples: [
        ["distinct([1, 2, 1.0, 'a', 'a'])", [1, 2, "a"]],
        ["distinct([{'a': 1, 'b': 2}, {'b': 2, 'a': 1}])", [{ a: 1, b: 2 }]],
      ],
      overloads: [["distinct(list): list", distinct]],
    },
    {
      name: "sum",
      form: "(list) → number",
      about:
        "The sum of numbers; 0 of an empty list. What is not a number is an error. Of a field: `lines.map(l, l.price).sum()`.",
      examples: [
        ["sum([1, 2.5])", 3.5],
        ["[{'price': 2}, {'price': 3}].map(l, l.price).sum()", 5],
        ["sum([])", 0],
      ],
      overloads: [["sum(list): dyn", sum]],
    },
    {
      name: "avg",
      form: "(list) → number or null",
      about: "The mean of numbers; null of an empty list.",
      examples: [
        ["avg([1, 2])", 1.5],
        ["avg([]) == null", true],
      ],
      overloads: [["avg(list): dyn", avg]],
    },
    {
      name: "groupBy",
      form: "(list, field) → object of lists",
      about:
        "The objects of a list by the value of a field, as text. Those without the field, or with null there, are under `null`.",
      examples: [
        [
          "groupBy([{'c': 'a', 'n': 1}, {'c': 'b', 'n': 2}, {'c': 'a', 'n': 3}], 'c')",
          {
            a: [
              { c: "a", n: 1 },
              { c: "a", n: 3 },
            ],
            b: [{ c: "b", n: 2 }],
          },
        ],
      ],
      overloads: [["groupBy(list, string): map<string, list>", groupBy]],
    },
    {
      name: "chunk",
      form: "(list, size) → list of lists",
      about: "The list in pieces of so many items; the last may have fewer.",
      examples: [["chunk([1, 2, 3, 4, 5], 2)", [[1, 2], [3, 4], [5]]]],
      overloads: [["chunk(list, number): list<list>", chunk]],
    },
  ];
}

const plus = mixedArithmetic.get("+");

function add(total: number | bigint, item: unknown): number | bigint {
  if (typeof item !== "number" && typeof item !== "bigint") {
    throw new ExpressionError("sum() and avg() take numbers only");
  }
  assertInt64(item);
  if (typeof total === "number" || typeof item === "number") return plus?.(total, item) ?? 0;
  const exact = total + item;
  assertInt64(exact);
  return exact;
}

/** Reads a field of an item, by its path; null where it is not there. */
function fieldReader(field: string, budget: Budget): (item: unknown) => unknown {
  const names = field.split(".");
  return (item) => {
    budget.spend(names.length);
    let value: unknown = item;
    for (const name of names) value = memberOf(value, name);
    return value;
  };
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return null;
  if (value instanceof Map) return (value as Map<unknown, unknown>).get(name) ?? null;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : null;
}

/** One text for values that are the same, whatever the order of their fields. */
function keyOf(value: Json): string {
  if (typeof value !== "object" || value === null) return jsonText(value);
  if (Array.isArray(value)) return `[${value.map(keyOf).join(",")}]`;
  const entries = Object.entries(value).map(([name, item]) => `${jsonText(name)}:${keyOf(item)}`);
  return `{${entries.toSorted().join(",")}}`;
}
