import { adminApp } from "./admin/app.ts";
import { type Environment, readConfig } from "./configuration.ts";
import { STOP_GRACE, openEngine } from "./engine.ts";
import { openGeneration } from "./generation.ts";
import { hooksApp } from "./hooks/app.ts";
import type { Config } from "./model/config.ts";
import type { Log } from "./model/log.ts";
import type { Reload } from "./model/reload.ts";
import type { Sources } from "./model/sources.ts";
import { reloads } from "./reload.ts";
import { retiredGenerations } from "./retired.ts";
import { serve } from "./serving.ts";
import { version } from "./version.ts";

/** A gateway that serves. */
export interface Gateway {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly adminUrl: string;
  readonly log: Log;
  /** Reads the configuration anew; it serves if nothing is wrong with it. @throws {GatewayError} CONFLICT while it starts or stops */
  reload(): Promise<Reload>;
  /** The files of the last configuration that was read, whether or not it serves. */
  sources(): Sources;
  /** Takes no new connections, finishes requests in flight (30 s at most), writes what is to be recorded. */
  stop(): Promise<void>;
}

const now = () => new Date();

/**
 * Puts the rooms together and listens. The engine and the listeners last as long as the process; all else is of a generation.
 * @param read reads the configuration anew, to take the place of the one that serves. Default: its file
 * @throws {StoreInUse} when another process has the store; the system's error when a port can't be opened
 */
export async function startGateway(
  config: Config,
  environment: Environment,
  read = (serves: Config) => readConfig(config.name, environment, serves),
): Promise<Gateway> {
  const { admin, listen } = config;
  const engine = await openEngine(config, environment);
  const { log, metrics, store, acceptance } = engine;
  const app = hooksApp();
  const stopping = new AbortController();
  let ready = false;
  try {
    let current = openGeneration(config, engine, app);
    const retired = retiredGenerations();
    const reloading = reloads({
      first: config,
      read,
      use(next) {
        const before = current;
        current = openGeneration(next, engine, app);
        engine.follow(next);
        serving.limitHeads(next.limits.headers);
        retired.add(before, serving.answered());
      },
      serves: () => ready,
      mask: engine.secrets.mask,
      log,
      now,
    });
    for (const { message, ...position } of config.warnings) log.warn(position, message);
    await current.runs.ready;
    const serving = await serve({
      log,
      gateway: {
        ...listen,
        options: { ...app.classes, maxHeaderSize: config.limits.headers },
        mayUpgrade: (request) => current.mayUpgrade(request),
        listener: (request, response) => current.listener(request, response),
        upgrade: (...arrived) => current.upgrade(...arrived),
      },
      admin: {
        ...admin,
        listener: adminApp({
          host: admin.host,
          users: admin.users,
          history: store,
          metrics: metrics.text,
          operations: store.operations,
          acceptance,
          workflows: () => current.config.workflows,
          workflowOf: (key) => current.workflowOf(key),
          revive: (...recorded) => current.runs.doing.revive(...recorded),
          loadRecord: (...record) => current.loadRecord(...record),
          reload: reloading.reload,
          configuration: reloading.state,
          changes: store.changes,
          stopping: stopping.signal,
          version,
          startedAt: now(),
          store: config.store.url.split(":")[0] ?? "",
          upstream: () => current.config.upstream.url,
          serving: () => ready,
          now,
          log,
        }),
      },
    });
    metrics.read({ store, connections: serving.connections, configuration: reloading.state });
    engine.start(serving.addresses, serving.url, () => current.runs);
    ready = true;
    return {
      url: serving.url,
      adminUrl: serving.adminUrl,
      log,
      reload: reloading.reload,
      sources: reloading.sources,
      async stop() {
        ready = false;
        stopping.abort();
        await Promise.all([serving.finish(), engine.stop()]);
        await serving.close();
        await Promise.all([current.close(STOP_GRACE), retired.close(STOP_GRACE)]);
        await engine.close();
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}
