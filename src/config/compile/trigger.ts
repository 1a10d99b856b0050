import type { z } from "zod";
import type { Trigger, TriggerType } from "../../model/workflow.ts";
import { type Compiling, templateAt } from "./context.ts";
import { ANY } from "../../model/value-type.ts";
import { check } from "../schema/check.ts";
import type { Path } from "../yaml/source.ts";
import { compileConfig } from "./step-config.ts";

/** No step is done before a trigger is read. */
const REACH = { steps: [], loops: new Map(), error: false, pathLength: 0 };

/** Compiles a trigger. Null, with problems added, when it is not valid. */
export function compileTrigger(
  type: TriggerType,
  raw: unknown,
  path: Path,
  compiling: Compiling,
): Trigger | null {
  const { source, problems } = compiling;
  const sample = compileHeld(type.config, raw, path, "a trigger", compiling);
  return check(type.config, sample, { source, path, problems })?.value ?? null;
}

/**
 * Compiles what is read when the configuration is loaded. Its values are plain; only a few places take expressions, which
 * see the trigger's own fields and no secrets.
 * @param what it is, in messages
 * @returns it with its templates compiled, not checked yet
 */
export function compileHeld(
  schema: z.ZodType,
  raw: unknown,
  path: Path,
  what: string,
  compiling: Compiling,
): unknown {
  const { values, report } = compiling;
  const nothing = (message: string) => (_raw: unknown, at: Path) => {
    report(at, message);
    return null;
  };
  const { sample } = compileConfig(schema, raw, path, {
    expression: nothing(`${what} holds no bare expression`),
    steps: () => ({ value: [], type: ANY }),
    schema: () => null,
    program: () => null,
    text: (value, at) => values.template(value, at),
    template: nothing(`${what} is read when the configuration is loaded; no expression here`),
    heldTemplate(text, at) {
      const secrets = new Set<string>();
      const template = templateAt(text, at, REACH, { ...compiling, secrets });
      if (secrets.size === 0) return template;
      report(at, `an expression of ${what} can't read secrets`);
      return null;
    },
  });
  return sample;
}
