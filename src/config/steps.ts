import { isCelWord, isName } from "../model/cel-words.ts";
import type { Compiled, Expression, ExpressionLanguage, Names } from "../model/expression.ts";
import { type JsonObject, isJsonObject } from "../model/json.ts";
import { didYouMean } from "../model/nearest.ts";
import type { Problem } from "../model/position.ts";
import type { Branch, Step, StepType, StepTypes } from "../model/step.ts";
import type { TriggerType } from "../model/workflow.ts";
import { problemsOf } from "./issues.ts";
import { keysOf } from "./schema-walk.ts";
import { stepSchema } from "./schema/file.ts";
import type { Path, Source } from "./source.ts";
import { compileConfig } from "./step-config.ts";
import { Templated, type Values } from "./values.ts";

/** What compiling steps needs. */
export interface StepParts {
  readonly source: Source;
  readonly values: Values;
  readonly problems: Problem[];
  readonly stepTypes: StepTypes;
  readonly language: ExpressionLanguage;
  readonly trigger: TriggerType;
}

/** What came of a workflow's steps. */
export interface CompiledSteps {
  readonly steps: Branch;
  readonly acts: boolean;
  /** Names of the environment variables read as `secrets.NAME`. */
  readonly secrets: readonly string[];
}

/** The names in reach at a place, as far as they differ from place to place. */
interface Reach {
  readonly steps: readonly string[];
  readonly loops: readonly string[];
  readonly error: boolean;
}

/** Compiles the list of steps at a path of a workflow. All that is wrong is added to `parts.problems`. */
export function compileSteps(path: Path, parts: StepParts): CompiledSteps {
  const { source, values, problems, stepTypes, language, trigger } = parts;
  const ids = idsIn(source.valueAt(path));
  const seen = new Set<string>();
  const vars: string[] = [];
  const secrets = new Set<string>();
  let acts = false;

  const tell = (at: Path, message: string, detail?: { key?: string; offset?: number }) =>
    problems.push(source.problem(at, message, detail));

  const namesAt = ({ steps, loops, error }: Reach): Names => ({
    trigger: trigger.fields,
    steps,
    outOfReach: ids.filter((id) => !steps.includes(id)),
    vars,
    loops,
    error,
  });

  const take = <T>(compiled: Compiled<T>, at: Path, from: number): T | null => {
    if (compiled.ok) {
      for (const name of compiled.secrets) secrets.add(name);
      return compiled.value;
    }
    for (const { offset, message } of compiled.mistakes)
      tell(at, message, { offset: from + offset });
    return null;
  };

  const bare = (at: Path, reach: Reach, expected: "bool" | null): Expression | null => {
    const value = source.valueAt(at);
    if (!["string", "boolean", "number"].includes(typeof value)) {
      tell(at, "should be an expression");
      return null;
    }
    const { text, from } = unwrapped(String(value));
    return take(language.expression(text, namesAt(reach), expected), at, from);
  };

  const branch = (at: Path, reach: Reach): Branch => {
    const list = source.valueAt(at);
    if (!Array.isArray(list)) {
      tell(at, "should be a list of steps");
      return [];
    }
    const done = [...reach.steps];
    return list.flatMap((raw: unknown, index) => {
      const compiled = step(raw, index, [...at, index], { ...reach, steps: [...done] });
      if (isJsonObject(raw) && typeof raw["id"] === "string") done.push(raw["id"]);
      return compiled === null ? [] : [compiled];
    });
  };

  const step = (raw: unknown, index: number, at: Path, reach: Reach): Step | null => {
    if (!isJsonObject(raw)) {
      tell(at, "should be a step: { type: … }");
      return null;
    }
    const type = typeOf(raw, at);
    if (type === null) return null;
    acts ||= type.acts;
    const ownIf = keysOf(type.config).includes("if");
    const common = commonOf(raw, at, type, ownIf);
    const guard = ownIf || raw["if"] === undefined ? null : bare([...at, "if"], reach, "bool");
    const inner = { ...reach, loops: [...new Set([...reach.loops, ...boundBy(type, raw, at)])] };
    const { configure, plain } = compileConfig(type.config, own(at, ownIf), at, {
      expression: (place, turn) =>
        bare(place, turn ? inner : reach, place.at(-1) === "over" ? null : "bool"),
      steps: (place) => branch(place, inner),
      literal: (place) => source.valueAt(place),
      template: ({ parts: text }, place) => take(language.template(text, namesAt(reach)), place, 0),
    });
    const onError = onErrorOf(raw, at, reach);
    for (const name of type.declares(raw)) if (goodName(name, [...at, "name"])) vars.push(name);
    const { id, title, timeout, retry } = common;
    const name = id ?? `${type.type}#${index}`;
    const position = source.problem(at, "");
    const place = { file: position.file, line: position.line, col: position.col };
    return {
      type,
      id,
      title,
      name,
      at: place,
      if: guard,
      timeout,
      retry,
      onError,
      configure,
      plain,
    };
  };

  const typeOf = (raw: JsonObject, at: Path): StepType | null => {
    const name = raw["type"];
    const known = [...stepTypes.keys()];
    const type = typeof name === "string" ? stepTypes.get(name) : undefined;
    if (type === undefined) {
      const wrong =
        typeof name === "string" ? `unknown step type "${name}"${didYouMean(name, known)}` : null;
      tell([...at, "type"], wrong ?? `a step needs a type: ${known.join(", ")}`);
      return null;
    }
    if (type.triggers !== null && !type.triggers.includes(trigger.type)) {
      const where = type.triggers.join(", ");
      tell(
        [...at, "type"],
        `a ${type.type} step makes no sense in a ${trigger.type} workflow; only in ${where}`,
      );
    }
    return type;
  };

  /** The keys that a step has because of its type. */
  const own = (at: Path, ownIf: boolean): JsonObject => {
    const all = values.templated(at) as JsonObject;
    const common = new Set(["type", "onError", ...keysOf(stepSchema), ...(ownIf ? [] : ["if"])]);
    return Object.fromEntries(Object.entries(all).filter(([key]) => !common.has(key)));
  };

  const commonOf = (raw: JsonObject, at: Path, type: StepType, ownIf: boolean) => {
    const mine = Object.fromEntries(
      keysOf(stepSchema)
        .filter((key) => key in raw)
        .map((key) => [key, values.plain([...at, key])]),
    );
    const common = stepSchema.safeParse(mine, { reportInput: true });
    if (!common.success)
      problems.push(...problemsOf(common.error.issues, { source, path: at, schema: stepSchema }));
    const value = own(at, ownIf);
    const result = type.config.safeParse(value, { reportInput: true });
    if (!result.success) {
      const alsoKnown = ["type", "onError", "if", ...keysOf(stepSchema)];
      const isOpen = (inner: Path) => valueIn(value, inner) instanceof Templated;
      problems.push(
        ...problemsOf(result.error.issues, {
          source,
          path: at,
          schema: type.config,
          alsoKnown,
          isOpen,
        }),
      );
    }
    if (typeof raw["id"] === "string" && goodName(raw["id"], [...at, "id"])) {
      if (seen.has(raw["id"]))
        tell([...at, "id"], `another step has the id "${raw["id"]}" already`);
      seen.add(raw["id"]);
    }
    return common.success ? common.data : stepSchema.parse({});
  };

  const goodName = (name: string, at: Path): boolean => {
    if (!isName(name)) tell(at, `"${name}" is no name: letters, digits and _, not a digit first`);
    else if (isCelWord(name)) tell(at, `"${name}" is a word of expressions; choose another`);
    else return true;
    return false;
  };

  const boundBy = (type: StepType, raw: JsonObject, at: Path): string[] =>
    type.binds(raw).filter((name) => name === "each" || goodName(name, [...at, "as"]));

  const onErrorOf = (raw: JsonObject, at: Path, reach: Reach): Step["onError"] => {
    const onError = raw["onError"];
    if (onError === undefined) return "fail";
    if (Array.isArray(onError)) return branch([...at, "onError"], { ...reach, error: true });
    if (onError === "fail" || onError === "continue") return onError;
    tell([...at, "onError"], "onError: should be fail, continue or a list of steps");
    return "fail";
  };

  const compiled = branch(path, { steps: [], loops: [], error: false });
  return { steps: compiled, acts, secrets: [...secrets] };
}

/** `${{ x }}` around a bare expression is not needed, and does no harm. */
function unwrapped(text: string): { text: string; from: number } {
  const match = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(text);
  return match?.[1] === undefined
    ? { text, from: 0 }
    : { text: match[1], from: text.indexOf("{{") + 2 };
}

/** All ids at any depth, in document order. */
function idsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (!isJsonObject(value)) return [];
  const own =
    typeof value["id"] === "string" && typeof value["type"] === "string" ? [value["id"]] : [];
  return [...own, ...Object.values(value).flatMap(idsIn)];
}

function valueIn(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null && !(inner instanceof Templated)
        ? (inner as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}
