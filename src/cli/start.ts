import { Command } from "commander";
import { ConfigError } from "../config/problems.ts";
import { type Gateway, readConfig, startGateway } from "../gateway.ts";
import { StoreInUse } from "../store/lock.ts";
import { configOption } from "./config-option.ts";

/** Exit codes of sysexits.h. */
const EX_TEMPFAIL = 75;
const EX_CONFIG = 78;

/** `sidehook start`: serves until SIGTERM or SIGINT. */
export const start = new Command("start")
  .description("start the gateway")
  .addOption(configOption)
  .action(async ({ config: file }: { config: string }) => {
    const stopping = new Promise<void>((resolve) => {
      process.once("SIGTERM", () => resolve());
      process.once("SIGINT", () => resolve());
    });
    const gateway = await started(file);
    if (gateway === null) return;
    console.log(`sidehook listens on ${gateway.url} (admin on ${gateway.adminUrl})`);
    await stopping;
    // The second signal is meant.
    for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(1));
    await gateway.stop();
    process.exit(0);
  });

/** The gateway, or null when it could not start: then why has been told, and the exit code is set. */
async function started(file: string): Promise<Gateway | null> {
  try {
    return await startGateway(await readConfig(file, process.env), process.env);
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === null) throw error;
    console.error((error as Error).message);
    process.exitCode = code;
    return null;
  }
}

function exitCodeOf(error: unknown): number | null {
  if (error instanceof ConfigError) return EX_CONFIG;
  if (error instanceof StoreInUse) return EX_TEMPFAIL;
  const { code = "" } = error as NodeJS.ErrnoException;
  const unavailable = ["EADDRINUSE", "EADDRNOTAVAIL", "EACCES", "EROFS", "ENOSPC"].includes(code);
  return unavailable || code.startsWith("SQLITE_") ? EX_TEMPFAIL : null;
}
