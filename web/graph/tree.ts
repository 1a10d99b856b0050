import { type Json, type JsonObject, isJsonObject } from "../../src/model/json.ts";
import type { StepRecord } from "../api/answers.ts";
import { NO_RECORDS, type Records } from "./records.ts";

/** A step of a definition, and what a run recorded of it. */
export interface Node {
  readonly path: string;
  /** Its place in the definition: `steps/0/then/1`. */
  readonly place: string;
  readonly type: string;
  readonly name: string;
  readonly title: string | null;
  readonly raw: JsonObject;
  /** Attempt by attempt; none where the run did not come here. */
  readonly attempts: readonly StepRecord[];
}

/** A list of steps inside a step. */
export interface Branch {
  /** `then`, `case 2`, `turn 3`. */
  readonly label: string;
  /** Its test, where it has one of its own. */
  readonly test: string | null;
  /** The start of its steps' paths: `check.then.`. */
  readonly prefix: string;
  readonly place: string;
  readonly steps: Json;
  /** Whether the run went this way. */
  readonly taken: boolean;
}

/** The lists of steps inside a step, by how they are walked. */
export interface Inside {
  readonly ways: readonly Branch[];
  /** The lists that are walked at the same time. */
  readonly sideBySide: readonly Branch[];
  /** The turns of a loop that were begun; null: it is no loop. */
  readonly turns: readonly Branch[] | null;
  /** The steps of a loop, as they are written. */
  readonly body: Branch | null;
}

/** The steps of a list, with their records. */
export function nodesOf(
  { steps, prefix, place }: Pick<Branch, "steps" | "prefix" | "place">,
  records: Records,
): Node[] {
  if (!Array.isArray(steps)) return [];
  return steps.filter(isJsonObject).map((raw, index) => {
    const type = textOf(raw["type"]) ?? "step";
    const name = textOf(raw["id"]) ?? `${type}#${index}`;
    const path = prefix + name;
    const attempts = records.of(path);
    return {
      path,
      place: `${place}/${index}`,
      type,
      name,
      title: textOf(raw["title"]),
      raw,
      attempts,
    };
  });
}

/** The lists of steps inside a step. */
export function insideOf({ path, place, raw, attempts }: Node, records: Records): Inside {
  const branch = (
    label: string,
    at: string,
    in_: string,
    steps: Json,
    test: Json = null,
  ): Branch => ({
    label,
    test: textOf(test),
    prefix: `${path}${at}.`,
    place: `${place}/${in_}`,
    steps,
    taken: records.counts(path + at) !== null,
  });
  const result = attempts.at(-1)?.result;
  const chosen = (one: Branch, took: boolean): Branch => ({ ...one, taken: one.taken || took });
  const ways: Branch[] = [];
  if (raw["then"] !== undefined)
    ways.push(chosen(branch("then", ".then", "then", raw["then"]), result === true));
  if (raw["else"] !== undefined)
    ways.push(chosen(branch("else", ".else", "else", raw["else"]), result === false));
  for (const [index, one] of listOf(raw["cases"]).entries()) {
    if (!isJsonObject(one)) continue;
    const at = `cases/${index}/steps`;
    const way = branch(
      `case ${index + 1}`,
      `.cases[${index}]`,
      at,
      one["steps"] ?? null,
      one["if"],
    );
    ways.push(chosen(way, result === index));
  }
  if (raw["otherwise"] !== undefined)
    ways.push(branch("otherwise", ".otherwise", "otherwise", raw["otherwise"]));
  if (Array.isArray(raw["onError"]))
    ways.push(branch("on error", ".onError", "onError", raw["onError"]));
  const sideBySide = listOf(raw["branches"]).map((steps, index) =>
    branch(`branch ${index + 1}`, `.branches[${index}]`, `branches/${index}`, steps),
  );
  if (raw["steps"] === undefined) return { ways, sideBySide, turns: null, body: null };
  const turns = records
    .turns(path)
    .map((turn) => branch(`turn ${turn + 1}`, `[${turn}]`, "steps", raw["steps"] ?? null));
  return { ways, sideBySide, turns, body: branch("each turn", "[]", "steps", raw["steps"]) };
}

/** How many steps a list holds, at any depth. */
export function countSteps(steps: Json): number {
  if (Array.isArray(steps))
    return steps.reduce((sum: number, one: Json) => sum + countSteps(one), 0);
  if (!isJsonObject(steps)) return 0;
  const inner = ["then", "else", "otherwise", "onError", "steps", "branches", "cases"];
  const own = typeof steps["type"] === "string" ? 1 : 0;
  return inner.reduce((sum, name) => sum + countSteps(steps[name] ?? null), own);
}

/** The steps of a definition, as a list to begin with. */
export const wholeOf = (source: Json) => ({
  steps: isJsonObject(source) ? (source["steps"] ?? null) : null,
  prefix: "",
  place: "steps",
});

const textOf = (value: Json | undefined) => (typeof value === "string" ? value : null);

const listOf = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

/** The place of a step in a definition, by its path: `check.then.say` → `steps/0/then/1`. Null when it is not there. */
export function placeOf(source: Json, path: string): string | null {
  const find = (list: Pick<Branch, "steps" | "prefix" | "place">): string | null => {
    for (const node of nodesOf(list, NO_RECORDS)) {
      if (node.path === path) return node.place;
      if (!path.startsWith(node.path)) continue;
      const { ways, sideBySide, body } = insideOf(node, NO_RECORDS);
      const turn = /^\[\d+\]\./.exec(path.slice(node.path.length))?.[0];
      const lists = [...ways, ...sideBySide];
      if (body !== null && turn !== undefined) lists.push({ ...body, prefix: node.path + turn });
      for (const inner of lists.filter(({ prefix }) => path.startsWith(prefix))) {
        const place = find(inner);
        if (place !== null) return place;
      }
    }
    return null;
  };
  return find(wholeOf(source));
}
