import { adminApp } from "./admin/app.ts";
import type { Environment } from "./configuration.ts";
import { STOP_GRACE, openEngine } from "./engine.ts";
import { openGeneration } from "./generation.ts";
import { hooksApp } from "./hooks/app.ts";
import type { Config } from "./model/config.ts";
import type { Log } from "./model/log.ts";
import { serve } from "./serving.ts";

/** A gateway that serves. */
export interface Gateway {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly adminUrl: string;
  readonly log: Log;
  /** Takes no new connections, finishes requests in flight (30 s at most), writes what is to be recorded. */
  stop(): Promise<void>;
}

const now = () => new Date();

/**
 * Puts the rooms together and listens. The engine and the listeners last as long as the process; all else is of a generation.
 * @throws {StoreInUse} when another process has the store; the system's error when a port can't be opened
 */
export async function startGateway(config: Config, environment: Environment): Promise<Gateway> {
  const { admin, listen } = config;
  const engine = await openEngine(config, environment);
  const { log, store, acceptance } = engine;
  const app = hooksApp();
  let ready = false;
  try {
    const current = openGeneration(config, engine, app);
    for (const { message, ...position } of config.warnings) log.warn(position, message);
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
          operations: store.operations,
          acceptance,
          workflows: () => current.config.workflows,
          workflowOf: (key) => current.workflowOf(key),
          loadRecord: (...record) => current.loadRecord(...record),
          serving: () => ready,
          now,
          log,
        }),
      },
    });
    engine.start(serving.addresses, () => current.runs);
    ready = true;
    return {
      url: serving.url,
      adminUrl: serving.adminUrl,
      log,
      async stop() {
        ready = false;
        await Promise.all([serving.finish(), engine.stop()]);
        await serving.close();
        await current.close(STOP_GRACE);
        await engine.close();
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}
