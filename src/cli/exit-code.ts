import { CommanderError } from "commander";
import { ConfigError } from "../config/config-error.ts";
import { GatewayError } from "../model/errors.ts";
import { StoreUnusable } from "../store/unusable.ts";

/** Exit codes of sysexits.h: wrong usage, something that is not there yet or in use, an unusable configuration. */
const EX_USAGE = 64;
const EX_TEMPFAIL = 75;
const EX_CONFIG = 78;

/** The exit code of a command that ended with an error; 0 where it only told its help or version. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EX_USAGE;
  if (error instanceof ConfigError) return EX_CONFIG;
  if (error instanceof StoreUnusable) return EX_TEMPFAIL;
  const isUsage = error instanceof GatewayError && USAGE.has(error.code);
  return isUsage ? EX_USAGE : 1;
}

/** Codes of errors that say that an option can't be what it is. */
const USAGE: ReadonlySet<string> = new Set(["BAD_REQUEST", "BAD_JSON"]);
