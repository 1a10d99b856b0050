import { type ConfigParts, loadConfig } from "./config/load.ts";
import { celLanguage } from "./expressions/language.ts";
import { triggerTypes } from "./hooks/triggers/index.ts";
import type { Config } from "./model/config.ts";
import { presets } from "./proxy/apis/index.ts";
import { stepTypes } from "./steps/index.ts";

/** Environment variables, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a configuration is checked with, and workflows are compiled with. */
export const configParts = (env: Environment): ConfigParts => ({
  stepTypes,
  triggerTypes,
  language: celLanguage(() => new Date()),
  presets,
  env,
});

/** Reads a configuration and everything it includes, and checks it. @throws {ConfigError} */
export function readConfig(file: string, environment: Environment): Promise<Config> {
  return loadConfig(file, configParts(environment));
}
