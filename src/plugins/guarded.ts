import { isLong, yieldToEventLoop } from "../model/event-loop.ts";
import type { Json } from "../model/json.ts";
import type { StepContext } from "../model/step-context.ts";
import type { StepType } from "../model/step-type.ts";
import { jsonOf, outcomeOf } from "./outcome.ts";

/**
 * A step type of a module, which need not be checked by the compiler. It can change nothing that other steps see, and all that
 * it gives is JSON.
 */
export const guarded = (type: StepType): StepType => ({
  ...type,
  async run(config, context) {
    await freezeScope(context.scope);
    return outcomeOf(await type.run(config, withJson(context, type.type)), type.type);
  },
});

/** The context, which takes values as JSON. Its own abilities are made when they are taken. */
function withJson(context: StepContext, type: string): StepContext {
  const changes: Partial<StepContext> = {
    say: (text) => context.say(typeof text === "string" ? text : String(text)),
    assign: (name, value) => context.assign(name, jsonOf(value, `What a ${type} step assigns`)),
    output: (value) => context.output(jsonOf(value, `The output of a ${type} step`)),
    remember: <T extends Json>(name: string, decide: () => T) =>
      context.remember(name, () => jsonOf(decide(), `What a ${type} step remembers`) as T),
  };
  return new Proxy(context, {
    get: (target, name) =>
      Object.hasOwn(changes, name)
        ? changes[name as keyof StepContext]
        : Reflect.get(target, name, target),
  });
}

/** Names whose values are added to while the run goes on. What stands under them stays as it is. */
const GROWING = ["steps", "vars"] as const;

/** Makes what a step sees unchangeable, all the way down: a change is an error then. Others get their turn meanwhile. */
async function freezeScope(scope: StepContext["scope"]): Promise<void> {
  const names = scope as Readonly<Record<string, object>>;
  const open: unknown[] = [];
  for (const name of Object.keys(names)) {
    if (name !== "secrets" && !GROWING.some((growing) => growing === name)) open.push(names[name]);
  }
  for (const name of GROWING) open.push(...Object.values(names[name] ?? {}));
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one !== "object" || one === null || Object.isFrozen(one)) continue;
    Object.freeze(one);
    for (const inner of Object.values(one)) open.push(inner);
    if (isLong()) await yieldToEventLoop();
  }
}
