import { resolve } from "node:path";
import { Command } from "commander";
import { ConfigError } from "../config/config-error.ts";
import { watchSources } from "../config/watch.ts";
import { readConfig } from "../configuration.ts";
import { type Gateway, startGateway } from "../gateway.ts";
import { SdkUnusable } from "../tracing/sdk.ts";
import { configOption } from "./config-option.ts";
import { hangUpSignal } from "./hang-up-signal.ts";
import { stopSignal } from "./stop-signal.ts";
import { unavailable } from "./unavailable.ts";

/** Exit codes of sysexits.h. */
const EX_TEMPFAIL = 75;
const EX_CONFIG = 78;

/**
 * `sidehook start`: serves until SIGTERM or SIGINT; SIGHUP, and with `--watch` a change of its files, has it read its
 * configuration anew. A parent process with a channel is told `{ url, adminUrl }`.
 */
export const start = new Command("start")
  .description("start the gateway")
  .addOption(configOption)
  .option("--watch", "read the configuration anew whenever one of its files changes")
  .action(async ({ config: file, watch = false }: { config: string; watch?: boolean }) => {
    const onHangUp = hangUpSignal();
    const stop = stopSignal();
    const gateway = await started(file);
    if (gateway === null) return;
    const { url, adminUrl, log } = gateway;
    // The last net: a bug that one request or run has met should not end all others.
    process.on("uncaughtException", (error) => {
      log.error({ err: error }, "an unexpected error reached the process, which goes on");
    });
    console.log(`sidehook listens on ${url} (admin on ${adminUrl})`);
    log.info({ url, adminUrl, configuration: resolve(file) }, "started");
    process.send?.({ url, adminUrl });
    // Whether it was refused is in the log; it rejects only while the gateway stops.
    const reload = () => gateway.reload().catch(() => undefined);
    onHangUp(reload);
    const watching = new AbortController();
    if (watch) void watchSources(gateway.sources, reload, watching.signal);
    log.info({ signal: await stop }, "stopping");
    const began = performance.now();
    watching.abort();
    await gateway.stop();
    log.info({ durationMs: Math.round(performance.now() - began) }, "stopped");
    process.exit(0);
  });

/** The gateway, or null when it could not start: then why has been told, and the exit code is set. */
async function started(file: string): Promise<Gateway | null> {
  try {
    const config = await readConfig(file, process.env);
    return await startGateway(config, process.env);
  } catch (error) {
    const isConfig = error instanceof ConfigError || error instanceof SdkUnusable;
    const reason = isConfig ? error.message : unavailable(error);
    if (reason === null) throw error;
    console.error(reason);
    process.exitCode = isConfig ? EX_CONFIG : EX_TEMPFAIL;
    return null;
  }
}
