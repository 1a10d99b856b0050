import type {
  Compiled,
  Expression,
  ExpressionLanguage,
  Names,
  Shape,
  Template,
  ExpectedType,
} from "../../model/expression.ts";
import type { JsonObject } from "../../model/json.ts";
import type { CompileSchema } from "../../model/json-schema.ts";
import type { Problem } from "../../model/position.ts";
import type { StepType, StepTypes } from "../../model/step-type.ts";
import { variableIn } from "../environment.ts";
import type { UpstreamTypes } from "../../model/upstream-types.ts";
import { ANY, type Typed, type ValueType } from "../../model/value-type.ts";
import type { Detail, Path, Source } from "../yaml/source.ts";
import type { SchemaFiles } from "./schema-files.ts";
import type { Templated, Values } from "./values.ts";

/** The state that the parts of the compiler share while they compile the steps of one workflow. */
export interface Compiling {
  readonly source: Source;
  readonly values: Values;
  readonly problems: Problem[];
  readonly stepTypes: StepTypes;
  readonly language: ExpressionLanguage;
  readonly compileSchema: CompileSchema;
  readonly schemaFiles: SchemaFiles;
  /** What documents tell of the upstream. */
  readonly upstreamTypes: UpstreamTypes;
  /** The trigger's type, null when it is not known, and the fields of `trigger`. */
  readonly trigger: { readonly type: string | null; readonly fields: Shape };
  /** Ids of all steps at any depth, in the order of the file. */
  readonly ids: readonly string[];
  /** Where ids were met so far. Grows. */
  readonly met: Map<string, Problem>;
  /** The steps met so far, at every depth. Grows. */
  readonly written: WrittenStep[];
  /** Names of variables declared so far. Grows. */
  readonly vars: string[];
  /** Names read as `secrets.NAME` so far. Grows. */
  readonly secrets: Set<string>;
  /** Types that follow from what documents tell, by path: `trigger.data`, `steps.found`, `vars.total`. Grows. */
  readonly types: Map<string, ValueType>;
  /** Whether documents tell anything; else nothing is known of any value. */
  readonly isDescribed: boolean;
  /** What is known of the results of workflows, by key. */
  readonly outputs: ReadonlyMap<string, ValueType>;
  /** The variables that more than one step assigns, one of them inside another step: nothing is known of their values. */
  readonly unsteady: ReadonlySet<string>;
  /** The types of the results that steps met so far set for the run. Grows. */
  readonly set: ValueType[];
  /** What was handed so far to the workflows that steps run. Grows. */
  readonly handed: Handed[];
  /** What may be wrong in the expressions met so far. Grows. */
  readonly doubts: WrittenDoubt[];
  /** What was asked for so far, by `has` and its like. Grows. */
  readonly asked: Set<string>;
  /** The results and variables that were read so far. Grows. */
  readonly reads: Set<string>;
  /** Ids of the steps met so far whose result is null when they fail. Grows. */
  readonly unsure: string[];
  /** Adds a problem. */
  readonly report: (path: Path, message: string, detail?: Detail) => void;
}

/** A value that a step hands to the workflow that it runs. */
export interface Handed {
  /** The workflow's key; null: that is computed each time. */
  readonly workflow: string | null;
  readonly type: ValueType;
}

/** Something in an expression that may be wrong, with its place. See `Doubt`. */
export interface WrittenDoubt {
  readonly problem: Problem;
  readonly unasked: string | null;
}

/** A step as it was written. */
export interface WrittenStep {
  readonly type: StepType;
  /** The keys of its type, environment variables put in. Values known only at run time are the symbol `OPEN`. */
  readonly raw: JsonObject;
  /** All of its keys, as they stand in the file. */
  readonly mapping: JsonObject;
  /** Whether it is skipped where its `if` is false: that is not the test that it is for. */
  readonly isGuarded: boolean;
  readonly path: Path;
}

/** The names in reach at a place, as far as they differ from place to place. */
export interface Reach {
  /** Ids of the steps that are done before it on every way to it. */
  readonly steps: readonly string[];
  /** `each` and `as` names of the loops around, and what is known of their turns. */
  readonly loops: ReadonlyMap<string, ValueType>;
  /** Whether it is inside an `onError` list. */
  readonly error: boolean;
  /** Characters of the path of the step that it is inside of, as a run has it; 0: it is inside of none. */
  readonly pathLength: number;
}

/** Compiles the bare expression at a path; null when something is wrong with it. A YAML `true` or `3` will do. */
export function expressionAt(
  raw: unknown,
  path: Path,
  expected: ExpectedType | null,
  reach: Reach,
  compiling: Compiling,
): Typed<Expression> | null {
  if (!["string", "boolean", "number", "bigint"].includes(typeof raw)) {
    compiling.report(path, "should be an expression");
    return null;
  }
  const { text, from } = unwrapped(String(raw));
  if (holdsVariable(text, from, path, compiling)) return null;
  const names = namesAt(reach, compiling);
  return taken(compiling.language.expression(text, names, expected), path, from, compiling);
}

/** What is known of the values of the bare expression at a path. Whatever is wrong with it is told when it is compiled. */
export function typeOfExpression(raw: unknown, reach: Reach, compiling: Compiling): ValueType {
  if (!["string", "number", "bigint"].includes(typeof raw)) return ANY;
  const { text } = unwrapped(String(raw));
  const compiled = compiling.language.expression(text, namesAt(reach, compiling), null);
  return compiled.ok ? compiled.told.type : ANY;
}

/** Compiles the template at a path; null when something is wrong with it. */
export function templateAt(
  { parts }: Templated,
  path: Path,
  reach: Reach,
  compiling: Compiling,
): Typed<Template> | null {
  for (const { kind, text, offset } of parts) {
    if (kind === "expression" && holdsVariable(text, offset, path, compiling)) return null;
  }
  const names = namesAt(reach, compiling);
  return taken(compiling.language.template(parts, names), path, 0, compiling);
}

function namesAt({ steps, loops, error }: Reach, compiling: Compiling): Names {
  const { trigger, ids, vars, types, unsure } = compiling;
  const outOfReach = ids.filter((id) => !steps.includes(id));
  return {
    trigger: trigger.fields,
    steps,
    unsure,
    outOfReach,
    vars,
    loops: [...loops.keys()],
    error,
    types: loops.size === 0 ? types : new Map([...types, ...loops]),
  };
}

/** Variables are put into texts only: put into an expression, they would be read as one. */
function holdsVariable(text: string, from: number, path: Path, { report }: Compiling): boolean {
  const variable = variableIn(text);
  if (variable === null) return false;
  const { name, offset } = variable;
  const message = `\${${name}} can't stand inside an expression; write secrets.${name}, which is a text`;
  report(path, message, { offset: from + offset });
  return true;
}

function taken<T>(
  compiled: Compiled<T>,
  path: Path,
  from: number,
  compiling: Compiling,
): Typed<T> | null {
  if (compiled.ok) {
    const { secrets, doubts, asked, reads, type } = compiled.told;
    for (const name of reads) compiling.reads.add(name);
    for (const name of secrets) compiling.secrets.add(name);
    for (const place of asked) compiling.asked.add(place);
    for (const { offset, message, unasked } of doubts) {
      const problem = compiling.source.problem(path, message, { offset: from + offset });
      compiling.doubts.push({ problem, unasked });
    }
    return { value: compiled.value, type };
  }
  for (const { offset, message } of compiled.mistakes) {
    compiling.report(path, message, { offset: from + offset });
  }
  return null;
}

/** `${{ }}` around a bare expression is not needed, and does no harm. */
function unwrapped(text: string): { text: string; from: number } {
  const inner = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(text)?.[1];
  return inner === undefined ? { text, from: 0 } : { text: inner, from: text.indexOf("{{") + 2 };
}
