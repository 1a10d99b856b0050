import type { z } from "zod";
import type { Json, JsonObject } from "./json.ts";
import type { ProgramLanguage } from "./program.ts";
import type { Outcome } from "./step.ts";
import type { StepContext } from "./step-context.ts";
import { mustBeDeclared } from "./step-declaration.ts";
import type { ValueType } from "./value-type.ts";

/** A row of the table of step types. */
export interface StepType<C = unknown> {
  readonly type: string;
  readonly title: string;
  /** Markdown for the reference: what it does. */
  readonly about: string;
  /** A description of its result, for the reference. */
  readonly result: string;
  /** Whether it changes something outside the run. Decides if a caller must be known, and when a run is recorded. */
  readonly acts: boolean;
  /** Whether one turn of it, as configured, does no more than look: so that a run that only observes may do it. */
  readonly isReadOnly: (config: C) => boolean;
  /** The trigger types it makes sense in; null: all. */
  readonly triggers: readonly string[] | null;
  /** The name that it binds for its own steps; null: none. */
  readonly binds: BoundName | null;
  /** The key whose text is the name of a variable that has its result: `name`; null: it declares none. */
  readonly declares: string | null;
  /** The key with the result of the run that it sets: `value`; null: it sets none. */
  readonly sets: string | null;
  /** How long the run waits at it, in milliseconds, as it is written; null: not at all, or that is yet to be computed. */
  readonly waits: (raw: JsonObject) => number | null;
  /** The key, as the step is written, that can only be used where a client waits for the run; null: no key. */
  readonly syncOnly: (raw: JsonObject) => SyncOnly | null;
  /** The other workflow that it runs, as it is written; null: none. */
  readonly runs: (raw: JsonObject) => RunsWorkflow | null;
  /** What is known of its result, as it is written; null: nothing. */
  readonly gives: (raw: JsonObject, known: KnownValues) => Given | null;
  /** Keys that it has where they are left out, as they could be written, by the type of the trigger. */
  readonly defaultsIn: (trigger: string | null) => JsonObject;
  /** What one attempt may take where the step does not say it, in milliseconds; null: any time. */
  readonly timeout: number | null;
  /** The language of the program that it holds, as it is written; null: it holds none. */
  readonly language: (raw: JsonObject) => ProgramLanguage | null;
  /** Whether no step behind it is reached, as it is written. */
  readonly ends: (raw: JsonObject, branchEnds: BranchEnds) => boolean;
  /** The branches that no run takes, as it is written. */
  readonly neverTaken: (raw: JsonObject) => readonly NeverTaken[];
  /** The ways that it may go, as it is written, each seen by its result. Empty: it goes one way. */
  readonly ways: (raw: JsonObject) => readonly StepWay[];
  /** Whether it does nothing but compute its result, as it is written. */
  readonly forResult: (raw: JsonObject) => boolean;
  /** Whether it can refuse, answer or change the request that the run is about, as it is written. */
  readonly steers: (raw: JsonObject) => boolean;
  /** Its own keys, without `id`, `if`, `timeout`, `retry`, `onError`. A key `if` here is the test itself. */
  readonly config: z.ZodType<C>;
  readonly run: (config: C, context: StepContext) => Outcome | Promise<Outcome>;
}

/** Where a step says which name it binds. */
export interface BoundName {
  /** The key whose text is the name: `as`. */
  readonly key: string;
  /** The name where that key is left out: `each`. */
  readonly otherwise: string;
  /** The key with what it goes over, of which the name has the item: `over`. */
  readonly over?: string;
}

/** What a step gives: one record of its `collection`, a list of them, or a value of some type. */
export type Given = "record" | "records" | ValueType;

/** What is known before any run of the values that a step is made of. */
export interface KnownValues {
  /** The type of the value at a key of the step; of steps that stand there, that of the last one's result. */
  readonly at: (key: string) => ValueType;
  /** The type of the result of the workflow with a key. */
  readonly outputOf: (workflow: string) => ValueType;
}

/** Something about a step that makes sense only where somebody waits for the run. */
export interface SyncOnly {
  /** The key of the step that says it: `as`. */
  readonly key: string;
  /** Half a sentence: `no client waits for this workflow, so there is no client to answer`. */
  readonly why: string;
}

/** Whether the steps at a place below a step always end the run: `branchEnds("then")`. */
export type BranchEnds = (...at: readonly PropertyKey[]) => boolean;

/** A branch that no run takes. */
export interface NeverTaken {
  /** Where it stands, below the step. */
  readonly at: readonly PropertyKey[];
  /** Half a sentence: `the test is always true`. */
  readonly why: string;
}

/** A way that a step may go. */
export interface StepWay {
  /** The result of a step that went it. */
  readonly result: Json;
  /** What is to be said of a step that never goes it: `is never true`. */
  readonly never: string;
}

/** A workflow that a step runs. */
export interface RunsWorkflow {
  /** Its key; null: that is computed each time. */
  readonly workflow: string | null;
  /** Whether the step waits for its end. */
  readonly wait: boolean;
  /** The key whose value is its `trigger.data`: `input`. */
  readonly input: string;
}

/** All step types, by `type`. */
export type StepTypes = ReadonlyMap<string, StepType>;

/** Words of a step type; `run` gets what its own schema returned. */
export interface StepDefinition<S extends z.ZodType> {
  readonly type: string;
  readonly title: string;
  readonly about: string;
  readonly result: string;
  readonly acts?: boolean;
  readonly looks?: (config: z.output<S>) => boolean;
  readonly triggers?: readonly string[];
  readonly binds?: BoundName;
  readonly declares?: string;
  readonly sets?: string;
  readonly waits?: (raw: JsonObject) => number | null;
  readonly syncOnly?: (raw: JsonObject) => SyncOnly | null;
  readonly runs?: (raw: JsonObject) => RunsWorkflow | null;
  readonly gives?: (raw: JsonObject, known: KnownValues) => Given | null;
  readonly defaultsIn?: (trigger: string | null) => JsonObject;
  readonly timeout?: number;
  readonly language?: (raw: JsonObject) => ProgramLanguage | null;
  readonly ends?: (raw: JsonObject, branchEnds: BranchEnds) => boolean;
  readonly neverTaken?: (raw: JsonObject) => readonly NeverTaken[];
  readonly ways?: (raw: JsonObject) => readonly StepWay[];
  readonly forResult?: (raw: JsonObject) => boolean;
  readonly steers?: (raw: JsonObject) => boolean;
  readonly config: S;
  readonly run: (config: z.output<S>, context: StepContext) => Outcome | Promise<Outcome>;
}

/** What `defineStep` has made. */
const made = new WeakSet<object>();

/** Whether a value is a step type, made by `defineStep`. */
export const isStepType = (value: unknown): value is StepType =>
  typeof value === "object" && value !== null && made.has(value);

/**
 * Makes a row of the table. The config that reaches `run` has been through `config`.
 * @throws {TypeError} that names the first key which is wrong: a module need not be checked by the compiler
 */
export function defineStep<S extends z.ZodType>(definition: StepDefinition<S>): StepType {
  mustBeDeclared(definition);
  const { run, acts = false, triggers = null, binds = null } = definition;
  const { declares = null, sets = null } = definition;
  const { defaultsIn = () => ({}), timeout = null, language = nothing } = definition;
  const {
    ends = never,
    neverTaken = () => [],
    ways = () => [],
    steers = never,
    forResult = never,
  } = definition;
  const { waits = nothing, syncOnly = nothing, runs = nothing, gives = nothing } = definition;
  const { looks = () => !acts, ...words } = definition;
  const type: StepType = {
    ...words,
    acts,
    triggers,
    binds,
    declares,
    sets,
    waits,
    syncOnly,
    runs,
    gives,
    defaultsIn,
    timeout,
    language,
    ends,
    neverTaken,
    ways,
    forResult,
    steers,
    isReadOnly: (config) => looks(config as z.output<S>),
    run: (config, context) => run(config as z.output<S>, context),
  };
  made.add(type);
  return type;
}

const nothing = () => null;
const never = () => false;
