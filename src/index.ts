import { type Environment, readConfig } from "./configuration.ts";
import { startGateway as startConfigured } from "./gateway.ts";
import type { Config } from "./model/config.ts";

export { z } from "zod";
export { fields } from "./fields.ts";
export type { Json, JsonObject } from "./model/json.ts";
export type { Outcome } from "./model/step.ts";
export { on } from "./steps/parts/outcomes.ts";
export type { StepContext } from "./model/step-context.ts";
export { StepError } from "./model/step-error.ts";
export { type StepDefinition, type StepType, defineStep } from "./model/step-type.ts";

/** A gateway that serves. */
export interface RunningGateway {
  /** Where clients connect: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly adminUrl: string;
  /** Takes no new connections, finishes requests in flight (30 s at most), writes what is to be recorded. */
  stop(): Promise<void>;
}

/** Settings of a gateway that are not in its configuration. */
export interface StartOptions {
  /** The variables that the configuration may name. Default: those of the process. */
  readonly env?: Environment;
}

/**
 * Starts a gateway in this process.
 *
 *     const gateway = await startGateway("gateway.yaml");
 *     const gateway = await startGateway({ upstream: { url: "http://127.0.0.1:3000" }, listen: { port: 0 } });
 * @param config the file, or what could stand in it. Paths in an object are relative to the working directory
 * @throws {Error} whose message has one `file:line:col: message` a line, when the configuration can't be used; the system's
 *   error when a port can't be opened; an error that says so when the store can't be
 */
export async function startGateway(
  config: string | Readonly<Record<string, unknown>>,
  { env = process.env }: StartOptions = {},
): Promise<RunningGateway> {
  // JSON is YAML, so an object is read as a file is: as it is now, also when it is read again.
  const [file, given] =
    typeof config === "string" ? [config] : ["gateway.yaml", Buffer.from(JSON.stringify(config))];
  const read = (serving: Config | null) => readConfig(file, env, serving, given);
  const { url, adminUrl, stop } = await startConfigured(await read(null), env, read);
  return { url, adminUrl, stop };
}
