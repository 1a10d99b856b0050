import type { StepType } from "./step-type.ts";

/** Where a configuration that names plugins is. */
export interface PluginPlace {
  /** Absolute: the folder that paths are relative to, and beside whose `node_modules` packages are looked for. */
  readonly folder: string;
  /** Reads a file of the configuration. */
  readonly read: (path: string) => Promise<Uint8Array>;
}

/**
 * Loads the step types of a module: a path (`./steps/slack.js`) or a package (`@acme/steps`). One whose file has changed is loaded anew.
 * @throws {PluginError} that says why it can't be used
 */
export type LoadPlugin = (named: string, place: PluginPlace) => Promise<readonly StepType[]>;

/** A plugin that can't be used. The message says why and, where that is known, at which line of it. */
export class PluginError extends Error {
  override readonly name = "PluginError";
}
