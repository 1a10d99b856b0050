import type { z } from "zod";
import { type JsonObject, isJsonObject } from "../../model/json.ts";
import { didYouMean } from "../../model/nearest.ts";
import type { Branch, Step } from "../../model/step.ts";
import type { StepType } from "../../model/step-type.ts";
import { ANY, type Typed } from "../../model/value-type.ts";
import { type Compiling, type Reach, expressionAt, templateAt } from "./context.ts";
import { check } from "../schema/check.ts";
import { keysOf } from "../schema/walk.ts";
import { stepSchema } from "../schema/workflow.ts";
import type { Detail, Path } from "../yaml/source.ts";
import { schemaAt } from "./schemas.ts";
import { learn, turnType } from "./learned-types.ts";
import { boundBy, declare, meetId, meetPath } from "./step-names.ts";
import { type CompiledConfig, compileConfig } from "./step-config.ts";

/**
 * Compiles a list of steps. Problems are added; steps that have one may be left out.
 * @returns with the type of the last one's result
 */
export function compileBranch(
  raw: unknown,
  path: Path,
  reach: Reach,
  compiling: Compiling,
): Typed<Branch> {
  if (!Array.isArray(raw)) {
    compiling.report(path, "should be a list of steps");
    return { value: [], type: ANY };
  }
  const done = [...reach.steps];
  const compiled = raw.map((step: unknown, index) => {
    const within = { ...reach, steps: [...done] };
    const typed = compileStep(step, [...path, index], within, compiling);
    if (isJsonObject(step) && typeof step["id"] === "string") done.push(step["id"]);
    return typed;
  });
  return {
    value: compiled.flatMap((typed) => typed?.value ?? []),
    type: compiled.at(-1)?.type ?? ANY,
  };
}

function compileStep(
  raw: unknown,
  path: Path,
  outer: Reach,
  compiling: Compiling,
): Typed<Step> | null {
  if (!isJsonObject(raw)) {
    compiling.report(path, "should be a step: { type: … }");
    return null;
  }
  const type = typeOf(raw, path, compiling);
  if (type === null) return null;

  const { id, title, timeout, retry } = commonOf(raw, path, compiling);
  if (id !== null) meetId(id, [...path, "id"], compiling);
  const name = id ?? `${type.type}#${String(path.at(-1))}`;
  const pathLength = meetPath(name, path, outer, compiling);
  const reach = { ...outer, pathLength };
  const isGuarded = "if" in raw && !keysOf(type.config).includes("if");
  const { configure, plain, sample, type: values } = configOf(type, raw, path, reach, compiling);
  compiling.written.push({ type, raw: sample as JsonObject, mapping: raw, isGuarded, path });
  const step: Step = {
    type,
    id,
    title,
    name,
    at: positionOf(path, compiling),
    if: isGuarded
      ? (expressionAt(raw["if"], [...path, "if"], "bool", reach, compiling)?.value ?? null)
      : null,
    timeout: timeout ?? type.timeout,
    retry,
    onError: onErrorOf(raw["onError"], [...path, "onError"], reach, compiling),
    configure,
    plain,
  };
  declare(type, raw, path, compiling);
  const result = learn(type, id, sample as JsonObject, values, compiling);
  if (id !== null && (raw["onError"] ?? "fail") !== "fail") compiling.unsure.push(id);
  return { value: step, type: result };
}

function typeOf(raw: JsonObject, path: Path, compiling: Compiling): StepType | null {
  const { stepTypes, trigger, report } = compiling;
  const name = raw["type"];
  const known = [...stepTypes.keys()];
  const at = [...path, "type"];
  if (typeof name !== "string") {
    report("type" in raw ? at : path, `a step needs a type: ${known.join(", ")}`);
    return null;
  }
  const type = stepTypes.get(name);
  if (type === undefined) {
    const hint = didYouMean(name, known) || `; known are ${known.join(", ")}`;
    report(at, `unknown step type "${name}"${hint}`);
    return null;
  }
  if (trigger.type !== null && type.triggers?.includes(trigger.type) === false) {
    const where = type.triggers.join(", ");
    report(at, `a ${name} step can't be used in a ${trigger.type} workflow; only in ${where}`);
  }
  return type;
}

/** Keys of any step that are compiled here, not by a schema. */
const COMPILED_HERE = ["type", "if", "onError"];
const COMMON = [...COMPILED_HERE, ...keysOf(stepSchema)];

function commonOf(raw: JsonObject, path: Path, compiling: Compiling): z.infer<typeof stepSchema> {
  const { source, problems, values } = compiling;
  const keys = keysOf(stepSchema).filter((key) => key in raw);
  const given = Object.fromEntries(keys.map((key) => [key, values.plain([...path, key])]));
  return check(stepSchema, given, { source, path, problems })?.value ?? stepSchema.parse({});
}

/** The keys that a step has because of its type. */
function configOf(
  type: StepType,
  raw: JsonObject,
  path: Path,
  reach: Reach,
  compiling: Compiling,
): CompiledConfig {
  const { source, problems, values } = compiling;
  const own = new Set(keysOf(type.config));
  const given = {
    ...type.defaultsIn(compiling.trigger.type),
    ...Object.fromEntries(
      Object.entries(raw).filter(([key]) => own.has(key) || !COMMON.includes(key)),
    ),
  };
  const bound = boundBy(type, raw, path, compiling);
  const withType = (name: string) => [name, turnType(type, raw, reach, compiling)] as const;
  const inner =
    bound === null ? reach : { ...reach, loops: new Map([...reach.loops, withType(bound)]) };
  const config = compileConfig(type.config, given, path, {
    expression: (value, at, expected, turn) =>
      expressionAt(value, at, expected, turn ? inner : reach, compiling),
    steps: (value, at) => compileBranch(value, at, inner, compiling),
    schema: (value, at) => schemaAt(value, at, compiling),
    program: (text, at) => ({
      kind: "program",
      source: text,
      placeOf: (offset) => positionOf(at, compiling, { offset }),
    }),
    text: (value, at) => values.template(value, at),
    template: (text, at) => templateAt(text, at, reach, compiling),
    heldTemplate: (text, at) => templateAt(text, at, reach, compiling),
  });
  check(type.config, config.sample, { source, path, problems, alsoKnown: COMMON });
  return config;
}

function onErrorOf(raw: unknown, path: Path, reach: Reach, compiling: Compiling): Step["onError"] {
  if (Array.isArray(raw)) {
    return compileBranch(raw, path, { ...reach, error: true }, compiling).value;
  }
  if (raw === "fail" || raw === "continue") return raw;
  if (raw !== undefined) compiling.report(path, "should be fail, continue or a list of steps");
  return "fail";
}

function positionOf(path: Path, { source }: Compiling, detail?: Detail): Step["at"] {
  const { file, line, col } = source.problem(path, "", detail);
  return { file, line, col };
}
