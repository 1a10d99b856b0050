import { isCelWord, isName, isReservedWord } from "../../model/cel-words.ts";
import { type JsonObject, isJsonObject } from "../../model/json.ts";
import type { StepType, StepTypes } from "../../model/step-type.ts";
import type { Compiling, Reach } from "./context.ts";
import { BETWEEN, LONGEST_NAME, LONGEST_PATH, tooLong } from "./lengths.ts";
import type { Path } from "../yaml/source.ts";

/** All ids of steps at any depth, in the order of the file. */
export function idsIn(steps: unknown): string[] {
  if (Array.isArray(steps)) return steps.flatMap(idsIn);
  if (!isJsonObject(steps)) return [];
  const { id, type } = steps;
  const own = typeof id === "string" && typeof type === "string" ? [id] : [];
  return [...own, ...Object.values(steps).flatMap(idsIn)];
}

/** Checks a step's id: its form, and that no other step of the workflow has it. */
export function meetId(id: string, path: Path, compiling: Compiling): void {
  const { met, source, report } = compiling;
  mayBeCalled(id, path, isReservedWord, compiling);
  const place = source.problem(path, "");
  const first = met.get(id);
  met.set(id, first ?? place);
  if (first) {
    const at = `${first.file}:${first.line}:${first.col}`;
    report(path, `another step has the id "${id}" already, at ${at}`);
  }
}

/**
 * The variables that several steps assign, one of them inside another step: which value is read depends on turns of loops,
 * on branches side by side, and on other attempts.
 */
export function unsteadyVariables(steps: unknown, stepTypes: StepTypes): ReadonlySet<string> {
  const seen = new Set<string>();
  const several = new Set<string>();
  const all = assignmentsIn(steps, stepTypes, false);
  for (const { name } of all) (seen.has(name) ? several : seen).add(name);
  return new Set(
    all.flatMap(({ name, isInside }) => (isInside && several.has(name) ? [name] : [])),
  );
}

interface Assignment {
  readonly name: string;
  /** Whether it stands inside another step. */
  readonly isInside: boolean;
}

function assignmentsIn(value: unknown, stepTypes: StepTypes, isInside: boolean): Assignment[] {
  if (Array.isArray(value)) {
    return value.flatMap((one) => assignmentsIn(one, stepTypes, isInside));
  }
  if (!isJsonObject(value)) return [];
  const { type } = value;
  const key = typeof type === "string" ? stepTypes.get(type)?.declares : null;
  const name = key ? value[key] : null;
  return [
    ...(typeof name === "string" ? [{ name, isInside }] : []),
    ...Object.values(value).flatMap((one) => assignmentsIn(one, stepTypes, true)),
  ];
}

/**
 * Checks the length of a step's path, as a run has it: `all[2].check.then.ask`. Gives it.
 * @param name of the step
 */
export function meetPath(
  name: string,
  path: Path,
  { pathLength: before }: Reach,
  { report }: Compiling,
): number {
  const length = before === 0 ? name.length : before + BETWEEN + name.length;
  // Steps inside of one that is told need not be told.
  if (length > LONGEST_PATH && before <= LONGEST_PATH) report(path, TOO_DEEP);
  return length;
}

const TOO_DEEP = `the ids of this step and of those around it are too long together: ${LONGEST_PATH} characters at most, with ${BETWEEN} more for each step around it; use shorter ids or nest less`;

/** The name that a step binds for its own steps. Null where it binds none, or a wrong one. */
export function boundBy(
  { binds }: StepType,
  raw: JsonObject,
  path: Path,
  compiling: Compiling,
): string | null {
  if (binds === null) return null;
  const { key, otherwise } = binds;
  const name = raw[key];
  if (typeof name !== "string" || name === otherwise) return otherwise;
  return mayBeCalled(name, [...path, key], isCelWord, compiling) ? name : null;
}

/** Adds the variable that a step declares to those that are known from here on. */
export function declare(
  { declares }: StepType,
  raw: JsonObject,
  path: Path,
  compiling: Compiling,
): void {
  if (declares === null) return;
  const name = raw[declares];
  if (typeof name !== "string") return;
  if (mayBeCalled(name, [...path, declares], isReservedWord, compiling)) compiling.vars.push(name);
}

function mayBeCalled(
  name: string,
  path: Path,
  isTaken: (name: string) => boolean,
  { report }: Compiling,
): boolean {
  if (!isName(name)) {
    report(path, `"${name}" is not a valid name: letters, digits and _, and no digit first`);
  } else if (name.length > LONGEST_NAME) {
    report(path, tooLong(name, "a name"));
  } else if (isTaken(name)) {
    report(path, `"${name}" is a word of expressions; choose another name`);
  } else {
    return true;
  }
  return false;
}
