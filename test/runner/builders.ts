import { z } from "zod";
import type { Expression, Scope } from "../../src/model/expression.ts";
import type { Json, JsonObject } from "../../src/model/json.ts";
import type { RunEnd, RunStart, RunWatch, StepRecord } from "../../src/model/run.ts";
import type { Branch, Outcome, Step } from "../../src/model/step.ts";
import type { StepContext, StepServices } from "../../src/model/step-context.ts";
import { type StepType, defineStep } from "../../src/model/step-type.ts";
import type { Subflows } from "../../src/model/subflows.ts";
import type { Workflow } from "../../src/model/workflow.ts";
import type { RunnerParts } from "../../src/runner/run-state.ts";
import { createRunner } from "../../src/runner/runner.ts";
import { aStart } from "../support/runs.ts";

/** An expression that is a function of the test. */
export const expression = (source: string, evaluate: (scope: Scope) => unknown): Expression => ({
  kind: "expression",
  source,
  evaluate: evaluate as (scope: Scope) => Json,
});

type Options = Partial<Omit<Step, "type" | "name" | "onError" | "retry">> & {
  readonly retry?: Partial<Step["retry"]>;
  readonly onError?: Step["onError"];
};

/** A step that stands first among its siblings; `branch` gives others their place. */
export function step(type: StepType, config: unknown, options: Options = {}): Step {
  const { id = null, retry, ...others } = options;
  return {
    type,
    id,
    title: null,
    name: id ?? `${type.type}#0`,
    at: { file: "gateway.yaml", line: 1, col: 1 },
    if: null,
    timeout: null,
    onError: "fail",
    configure: () => config,
    plain: true,
    ...others,
    retry: { attempts: 1, delay: 100, factor: 2, maxDelay: 1_000, ...retry },
  };
}

/** Steps in a row, each named by its id or by its type and place. */
export const branch = (...steps: Step[]): Branch =>
  steps.map((one, index) => ({ ...one, name: one.id ?? `${one.type.type}#${index}` }));

/** A step that calls a function of the test and gives its result. */
export function act(
  run: (context: StepContext) => unknown,
  options: Options = {},
  more: { acts?: boolean; config?: JsonObject } = {},
): Step {
  const type = defineStep({
    type: "act",
    title: "Act",
    about: "",
    result: "",
    acts: more.acts ?? false,
    config: z.looseObject({}),
    run: (_, context) => {
      const result = run(context);
      return result instanceof Promise
        ? result.then((value: Json) => ({ go: "on", result: value }))
        : { go: "on", result: result as Json };
    },
  });
  return step(type, more.config ?? {}, options);
}

/** A step whose outcome is the test's own. */
export const outcome = (give: Outcome, options: Options = {}): Step =>
  step(
    plainType("give", () => give),
    {},
    options,
  );

/** A step that says something. */
export const say = (text: string, options: Options = {}): Step =>
  step(
    plainType("say", (_, context) => {
      context.say(text);
      return { go: "on", result: text };
    }),
    {},
    options,
  );

/** A step that walks a branch once, at `then`; its result is `"walked"`. */
export const nest = (inner: Branch, options: Options = {}): Step =>
  step(
    plainType("nest", async (_, { walk }) => {
      const end = await walk(inner, { at: "then" });
      return end.go === "end" ? end : { go: "on", result: "walked" };
    }),
    { branch: inner },
    { plain: false, ...options },
  );

/** A step that walks a branch several times, with `each.index`; its result is the list of theirs. */
export const repeat = (times: number, inner: Branch, options: Options = {}): Step =>
  step(
    plainType("repeat", async (_, { walk }) => {
      const results: Json[] = [];
      for (let index = 0; index < times; index++) {
        const end = await walk(inner, { iteration: index, names: { each: { index } } });
        if (end.go === "end") return end;
        results.push(end.result);
      }
      return { go: "on", result: results };
    }),
    { branch: inner },
    { plain: false, ...options },
  );

const plainType = (type: string, run: StepType["run"]): StepType =>
  defineStep({ type, title: type, about: "", result: "", config: z.looseObject({}), run });

/** The parts of a run that a test may set. */
export interface RunOptions extends Partial<Omit<RunnerParts, "services" | "limits">> {
  readonly timeout?: number;
  readonly start?: Partial<RunStart>;
  readonly watch?: RunWatch;
  readonly services?: Partial<StepServices>;
  readonly limits?: Partial<RunnerParts["limits"]>;
  /** Bytes of a result. */
  readonly result?: number;
}

/** Walks steps; gives how it ended and what was told meanwhile. */
export async function walked(
  steps: Branch,
  { timeout, start, watch, services, limits, result = 1_000_000, ...parts }: RunOptions = {},
): Promise<{ end: RunEnd; records: StepRecord[] }> {
  const records: StepRecord[] = [];
  const { run } = createRunner({
    services: { redact: (value: Json) => value, ...services } as StepServices,
    subflows: {} as Subflows,
    limits: {
      loop: 1_000,
      headers: 16_384,
      rows: 10_000,
      depth: 5,
      steps: 10_000,
      result,
      record: 32_000_000,
      ...limits,
    },
    now: () => new Date("2026-01-02T03:04:05Z"),
    random: () => 0.5,
    secrets: () => ({}),
    signDepth: String,
    ...parts,
  });
  const end = await run(
    { key: "guard", timeout: timeout ?? null, steps } as Workflow,
    aStart({
      id: "run-1",
      startedAt: new Date("2026-01-02T03:04:05Z"),
      trigger: {},
      ...start,
    }),
    watch ?? { step: (record) => void records.push(record) },
  );
  return { end, records };
}

/** `["check.then.say succeeded"]`: paths and statuses, in the order they were told. */
export const stepEnds = (records: readonly StepRecord[]): string[] =>
  records.map(({ path, status }) => `${path} ${status}`);

/** Work that heeds no signal and never ends. */
export const forever = (): Promise<never> => new Promise(() => undefined);
