import type { Trigger, TriggerType } from "../../model/workflow.ts";
import { type Compiling, templateAt } from "./context.ts";
import { check } from "../schema/check.ts";
import type { Path } from "../yaml/source.ts";
import { compileConfig } from "./step-config.ts";

/** No step is done before a trigger is read. */
const REACH = { steps: [], loops: [], error: false };

/**
 * Compiles a trigger. Its values are plain; only a few places take expressions, which see the trigger's own fields and no
 * secrets. Null, with problems added, when the trigger is not valid.
 */
export function compileTrigger(
  type: TriggerType,
  raw: unknown,
  path: Path,
  compiling: Compiling,
): Trigger | null {
  const { source, problems, values, report } = compiling;
  const nothing = (message: string) => (_raw: unknown, at: Path) => {
    report(at, message);
    return null;
  };
  const { sample } = compileConfig(type.config, raw, path, {
    expression: nothing("a trigger holds no bare expression"),
    steps: () => [],
    text: (value, at) => values.template(value, at),
    template: nothing("a trigger is read when the configuration is loaded; no expression here"),
    heldTemplate(text, at) {
      const secrets = new Set<string>();
      const template = templateAt(text, at, REACH, { ...compiling, secrets });
      if (secrets.size === 0) return template;
      report(at, "an expression of a trigger can't read secrets");
      return null;
    },
  });
  return check(type.config, sample, { source, path, problems })?.value ?? null;
}
