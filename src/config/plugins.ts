import { type LoadPlugin, PluginError } from "../model/plugin.ts";
import type { Problem } from "../model/position.ts";
import type { StepType, StepTypes } from "../model/step-type.ts";
import type { Reading } from "./reading.ts";
import type { Source } from "./yaml/source.ts";

/**
 * Our step types, and those of the plugins that a configuration names. A plugin that can't be used is a problem.
 * @param named what stands under `plugins`
 * @param folder that the configuration is in, absolute
 */
export async function withPlugins(
  { stepTypes, loadPlugin }: { readonly stepTypes: StepTypes; readonly loadPlugin: LoadPlugin },
  named: unknown,
  {
    main,
    folder,
    files,
  }: { readonly main: Source; readonly folder: string; readonly files: Reading },
  problems: Problem[],
): Promise<StepTypes> {
  if (!Array.isArray(named)) return stepTypes;
  const all = new Map(stepTypes);
  for (const [index, plugin] of named.entries()) {
    // Anything else is told by the schema.
    if (typeof plugin !== "string" || plugin === "") continue;
    const problem = (message: string) => problems.push(main.problem(["plugins", index], message));
    const add = (type: StepType) => {
      if (all.has(type.type)) problem(`there is a step type "${type.type}" already`);
      else all.set(type.type, type);
    };
    try {
      (await loadPlugin(plugin, { folder, read: files.file })).forEach(add);
    } catch (error) {
      if (!(error instanceof PluginError)) throw error;
      problem(error.message);
    }
  }
  return all;
}
