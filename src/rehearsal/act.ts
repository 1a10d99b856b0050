import type { Json } from "../model/json.ts";
import type { HeldBack } from "../model/rehearsal.ts";
import type { StepContext, StepServices } from "../model/step-context.ts";
import { StepError } from "../model/step-error.ts";
import type { StepType } from "../model/step-type.ts";
import type { TakeMock } from "./mocks.ts";

/** How steps are done while one request is rehearsed. */
export interface Act {
  readonly mock: TakeMock;
  /** The world that a step without a mock sees. @param hold notes what it would have done outside */
  readonly world: (services: StepServices, hold: Hold) => StepServices;
  /** Told of each step that needs the world outside. */
  readonly reached: (workflow: string, step: string) => void;
  /** Told of each thing that a step did not do. */
  readonly held: (one: HeldBack) => void;
}

/** Notes one thing that a step did not do outside. */
export type Hold = (what: string, sent?: Json) => void;

/**
 * Makes what a step type is in a rehearsal: a mock gives its result, or it sees the world of the act. Time passes at once.
 * @param now the act that is under way
 */
export const rehearsed =
  (now: () => Act) =>
  (type: StepType): StepType => ({
    ...type,
    run(config, context) {
      const act = now();
      const step = { workflow: workflowOf(context), path: context.path };
      const mocked = act.mock(step);
      if (mocked !== null) return mocked;
      const hold: Hold = (what, sent = null) =>
        act.held({ workflow: step.workflow, step: step.path, type: type.type, what, sent });
      const world = act.world(context.services, hold);
      const services = noting(world, () => act.reached(step.workflow, step.path));
      return type.run(config, changed(context, { services, waitUntil: passing(type, hold) }));
    },
  });

/** A delay is over at once. Whoever is asked does not answer. */
const passing =
  ({ waits }: StepType, hold: Hold): StepContext["waitUntil"] =>
  async () => {
    if (waits({}) !== Infinity) return;
    hold("waits for an answer");
    throw notMocked("it waits for an answer");
  };

/** The error of a step that would need the world outside. */
export const notMocked = (why: string) =>
  new StepError("NOT_MOCKED", `The step is not mocked: ${why}`, { retryable: false });

/** Services that are not outside. */
const INSIDE = new Set<PropertyKey>(["log", "redact", "sandbox"]);

/** The services, which tell when one is taken that is outside. */
const noting = (services: StepServices, reached: () => void): StepServices =>
  new Proxy(services, {
    get(target, name) {
      if (!INSIDE.has(name)) reached();
      return Reflect.get(target, name) as unknown;
    },
  });

const workflowOf = ({ scope }: StepContext): string =>
  (scope["run"] as { readonly workflow: string }).workflow;

/** The context with other abilities. Its own are made when they are taken. */
const changed = (context: StepContext, changes: Partial<StepContext>): StepContext =>
  new Proxy(context, {
    get: (target, name) =>
      Object.hasOwn(changes, name)
        ? changes[name as keyof StepContext]
        : Reflect.get(target, name, target),
  });
