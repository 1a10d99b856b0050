import { readConfig } from "../configuration.ts";
import type { Config } from "../model/config.ts";
import type { Log } from "../model/log.ts";
import { secretNames } from "../model/secrets.ts";
import { openSecrets } from "../secrets.ts";
import { type StoreBeside, openBeside } from "../store/beside.ts";

/** What a command works with. */
export interface Opened {
  readonly config: Config;
  readonly store: StoreBeside;
}

/**
 * Does some work on the store that a configuration names, whether or not a gateway has it, and closes it then.
 * @throws {ConfigError} {@link StoreUnusable}
 */
export async function withStore<T>(file: string, work: (opened: Opened) => Promise<T>): Promise<T> {
  const config = await readConfig(file, process.env);
  const secrets = openSecrets(process.env);
  secrets.learn(config.secrets);
  const store = await openBeside({
    url: config.store.url,
    keys: config.store.key,
    redactInSlices: secrets.redactorInSlices(secretNames(config.redact)),
    valueLimit: config.limits.result,
    now: () => new Date(),
    log: SILENT,
  });
  try {
    return await work({ config, store });
  } finally {
    await store.close();
  }
}

/** What goes wrong, the command itself tells. */
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
