import type { Expression } from "../../src/model/expression.ts";
import type { Json } from "../../src/model/json.ts";
import type { Branch, Outcome } from "../../src/model/step.ts";
import type { BranchPlace, StepContext } from "../../src/model/step-context.ts";
import type { StepType } from "../../src/model/step-type.ts";
import { stepTypes } from "../../src/steps/index.ts";

/** A step type by its name in the configuration. */
export function typeOf(name: string): StepType {
  const type = stepTypes.get(name);
  if (type === undefined) throw new Error(`there is no step type ${name}`);
  return type;
}

/** An expression that gives always the same, or what the test computes of the names bound. */
export const expression = (
  value: Json | ((names: Readonly<Record<string, Json>>) => Json),
  source = "x",
): Expression => ({
  kind: "expression",
  source,
  evaluate: (scope) =>
    typeof value === "function" ? value(scope as Readonly<Record<string, Json>>) : value,
});

/** A branch to tell from others; what it comes to is up to the test. */
export const branch = (name: string): Branch => [{ name }] as unknown as Branch;

/** What stands in a configuration, when it is loaded, for a text with expressions. */
export const yetUnknown: unknown = new Date(0);

/** What a step did to its run. */
export interface Done {
  readonly outcome: Outcome;
  readonly messages: string[];
  readonly vars: Record<string, Json>;
  readonly outputs: Json[];
  /** The branches it walked, in order. */
  readonly walked: { branch: Branch; place: BranchPlace }[];
}

/** What a test may set of a step's context. */
type Given = Partial<Omit<StepContext, "walk">> & {
  readonly walk?: (place: BranchPlace) => Outcome;
};

/** Runs a step with a configuration that has been through its schema. */
export async function ran(name: string, config: object, given: Given = {}): Promise<Done> {
  const messages: string[] = [];
  const vars: Record<string, Json> = {};
  const outputs: Json[] = [];
  const walked: Done["walked"] = [];
  const { walk = (): Outcome => ({ go: "on", result: "walked" }), ...others } = given;
  const context: StepContext = {
    scope: {},
    signal: new AbortController().signal,
    path: "pay",
    run: "run-1",
    idempotencyKey: "run-1:pay",
    now: () => new Date("2026-01-02T03:04:05Z"),
    limits: { loop: 1_000, headers: 16_384, rows: 10_000, depth: 5 },
    walk: async (inner, place) => {
      walked.push({ branch: inner, place });
      return walk(place);
    },
    evaluate: (test, names = {}) => test.evaluate(names),
    say: (message) => void messages.push(message),
    assign: (variable, value) => void (vars[variable] = value),
    output: (value) => void outputs.push(value),
    recall: () => undefined,
    remember: (_name, decide) => decide(),
    waitUntil: () => Promise.resolve(),
    awaitTurn: (turn) => turn,
    subflow: () => Promise.resolve(null),
    request: null,
    response: null,
    caller: null,
    propagatedHeaders: {},
    services: {} as StepContext["services"],
    ...others,
  };
  const type = typeOf(name);
  const outcome = await type.run(type.config.parse(config), context);
  return { outcome, messages, vars, outputs, walked };
}

/** The error that running a step gives. */
export async function failureOf(
  name: string,
  config: object,
  given: Given = {},
): Promise<Error & { code?: string; retryable?: boolean; retryAfter?: number | null }> {
  const done: unknown = await ran(name, config, given).catch((error: unknown) => error);
  if (done instanceof Error) return done;
  throw new Error("the step did not err");
}

/** What is wrong with a configuration as it was written: `["headers: …"]`. */
export function mistakesIn(name: string, config: object): string[] {
  const { error } = typeOf(name).config.safeParse(config);
  return error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
}
