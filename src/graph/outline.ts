import { type Json, type JsonObject, isJsonObject, parseJson } from "../model/json.ts";
import type { Workflow } from "../model/workflow.ts";

/** A workflow as it is drawn: its steps as they were written, in their branches. */
export interface Outline {
  readonly key: string;
  readonly title: string | null;
  readonly enabled: boolean;
  /** `{ type: "pre-action", when: "before create of posts, on every request" }` */
  readonly trigger: { readonly type: string; readonly when: string };
  readonly steps: readonly OutlineStep[];
}

/** A step of it. */
export interface OutlineStep {
  /** As runs record it, with `[*]` for the turn of a loop: `named.then.category`, `each_post[*].log#0`. */
  readonly path: string;
  readonly id: string | null;
  readonly type: string;
  readonly title: string | null;
  /** Its own keys that have one value each, in their order: `{ name: "status", value: "failed" }`. */
  readonly facts: readonly Fact[];
  /** In the order in which they are written. */
  readonly branches: readonly OutlineBranch[];
}

/** One key of a step, and its value in one line. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** A list of steps inside a step. */
export interface OutlineBranch {
  /** The key that holds it: `then`, `cases[0].steps`, `onError`. */
  readonly at: string;
  /** The test that leads there, where one is written beside it. */
  readonly if: string | null;
  readonly steps: readonly OutlineStep[];
}

/** The knowledge of the tables of trigger and step types. */
export interface OutlineParts {
  /** What a workflow runs on, in words. */
  readonly when: (workflow: Pick<Workflow, "key" | "trigger">) => string;
  /** Whether a key of a step type holds steps: `condition`, `["then"]`. */
  readonly holdsSteps: (type: string, place: readonly PropertyKey[]) => boolean;
}

type Drawn = Pick<Workflow, "key" | "title" | "enabled" | "trigger" | "definition">;

/** Outlines a workflow. Nothing of it is evaluated: variables and expressions stand as they were written. */
export function outlineOf(workflow: Drawn, parts: OutlineParts): Outline {
  const { key, title, enabled, trigger, definition } = workflow;
  const written = parseJson(definition.source);
  const steps = isJsonObject(written) ? written["steps"] : null;
  return {
    key,
    title,
    enabled,
    trigger: { type: trigger.type, when: oneLine(parts.when(workflow)) },
    steps: branchOf(steps, "", parts.holdsSteps),
  };
}

type HoldsSteps = OutlineParts["holdsSteps"];

/** @param prefix of the paths of its steps: `named.then.` */
function branchOf(raw: Json | undefined, prefix: string, holdsSteps: HoldsSteps): OutlineStep[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((step: Json, index) =>
    isJsonObject(step) ? stepOf(step, prefix, index, holdsSteps) : [],
  );
}

function stepOf(
  raw: JsonObject,
  prefix: string,
  index: number,
  holdsSteps: HoldsSteps,
): OutlineStep {
  const type = textOf(raw["type"]) ?? "";
  const id = textOf(raw["id"]);
  const path = `${prefix}${id ?? `${type}#${index}`}`;
  const isSteps = (place: readonly PropertyKey[]) =>
    (place.length === 1 && place[0] === "onError") || holdsSteps(type, place);
  return {
    path,
    id,
    type,
    title: textOf(raw["title"]),
    facts: Object.entries(raw).flatMap(([name, value]) => factOf(name, value) ?? []),
    branches: branchesIn(raw, [], isSteps).map(({ place, test, steps }) => {
      const at = placeText(place);
      return { at, if: test, steps: branchOf(steps, `${path}${wayTo(at)}.`, holdsSteps) };
    }),
  };
}

/** Keys that are told apart from the facts. */
const TOLD = new Set(["id", "type", "title"]);

function factOf(name: string, value: Json): Fact | null {
  if (TOLD.has(name) || value === null || typeof value === "object") return null;
  return { name, value: oneLine(String(value)) };
}

interface WrittenBranch {
  readonly place: readonly PropertyKey[];
  readonly test: string | null;
  readonly steps: readonly Json[];
}

/** The lists of steps that a step holds, wherever its type says that there is one. */
function branchesIn(
  value: Json,
  place: readonly PropertyKey[],
  isSteps: (place: readonly PropertyKey[]) => boolean,
): WrittenBranch[] {
  if (typeof value !== "object" || value === null) return [];
  const test = place.length > 0 && isJsonObject(value) ? textOf(value["if"]) : null;
  const entries: [PropertyKey, Json][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, item]) => {
    const at = [...place, key];
    if (!Array.isArray(item) || !isSteps(at)) return branchesIn(item, at, isSteps);
    return [{ place: at, test: test === null ? null : oneLine(test), steps: item as Json[] }];
  });
}

/** `["cases", 0, "steps"]` → `cases[0].steps`. */
const placeText = (place: readonly PropertyKey[]): string =>
  place.reduce<string>(
    (text, key) =>
      text + (typeof key === "number" ? `[${key}]` : `${text === "" ? "" : "."}${String(key)}`),
    "",
  );

/** How the runner names the way into a branch: `.then`, `.cases[0]`, and `[*]` into the turns of a loop. */
const wayTo = (at: string): string => (at === "steps" ? "[*]" : `.${at.replace(/\.steps$/, "")}`);

const textOf = (value: Json | undefined): string | null =>
  typeof value === "string" ? value : null;

/** White space as one blank. What else could steer a terminal is shown as U+FFFD. */
export const oneLine = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\uFFFE\uFFFF]/gu, "\u{FFFD}");
