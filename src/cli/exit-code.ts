import { CommanderError } from "commander";
import { ConfigError } from "../config/config-error.ts";
import { GatewayError } from "../model/errors.ts";
import { StoreUnusable } from "../store/unusable.ts";

/** The exit codes, and when a command ends with one. Those above 1 are of sysexits.h. `npm run reference` writes them down. */
export const EXIT_CODES = {
  done: { code: 0, when: "done; stopped in order; the configuration is fine; all tests passed" },
  failed: {
    code: 1,
    when: "`check` found problems; a test failed; another command failed, and says why",
  },
  usage: {
    code: 64,
    when: "wrong usage: an unknown option or status, a text that is not the id of a run",
  },
  unavailable: {
    code: 75,
    when: "a port or the store can't be opened, is not there yet, or is of another version",
  },
  configuration: { code: 78, when: "the configuration can't be used" },
} as const;

/** The exit code of a command that ended with an error; 0 where it only told its help or version. */
export function exitCodeOf(error: unknown): number {
  return EXIT_CODES[endOf(error)].code;
}

function endOf(error: unknown): keyof typeof EXIT_CODES {
  if (error instanceof CommanderError) return error.exitCode === 0 ? "done" : "usage";
  if (error instanceof ConfigError) return "configuration";
  if (error instanceof StoreUnusable) return "unavailable";
  const isUsage = error instanceof GatewayError && USAGE.has(error.code);
  return isUsage ? "usage" : "failed";
}

/** Codes of errors that say that an option can't be what it is. */
const USAGE: ReadonlySet<string> = new Set(["BAD_REQUEST", "BAD_JSON"]);
