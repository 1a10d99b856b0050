import type { Environment } from "./configuration.ts";
import type { OwnAddress } from "./egress/own-addresses.ts";
import { type OpenLog, logTo } from "./log.ts";
import { type Metrics, openMetrics } from "./metrics/metrics.ts";
import type { Config } from "./model/config.ts";
import type { Log } from "./model/log.ts";
import { memoryRates } from "./model/memory-rates.ts";
import type { Acceptance } from "./model/queue.ts";
import type { Rates } from "./model/traffic.ts";
import { secretNames } from "./model/secrets.ts";
import type { Tracing } from "./model/tracing.ts";
import type { Runs } from "./runs.ts";
import { type Scheduler, startScheduler } from "./schedules/scheduler.ts";
import { type Secrets, openSecrets } from "./secrets.ts";
import { openFileLimit } from "./open-files.ts";
import { stepTypes } from "./steps/index.ts";
import { type Store, openStore } from "./store/store.ts";
import { SURROUNDINGS, type Surroundings } from "./surroundings.ts";
import { registerSdk } from "./tracing/sdk.ts";
import { openTracing } from "./tracing/tracing.ts";
import { version } from "./version.ts";
import { type Worker, startWorker } from "./worker/worker.ts";

/**
 * What lasts as long as the process, whatever configuration it has: secrets, log, metrics, store, and the worker that does
 * queued runs. It serves no request.
 */
export interface Engine {
  readonly environment: Environment;
  readonly surroundings: Surroundings;
  readonly secrets: Secrets;
  readonly metrics: Metrics;
  readonly store: Store;
  /** In the store where several instances share it, else in memory. */
  readonly rates: Rates;
  /** Writes as the configuration in force says. */
  readonly log: Log;
  readonly openLog: OpenLog;
  readonly tracing: Tracing;
  /** The keys of `Workflow-Depth`: a workflow may call this gateway across a reload or a restart, or another instance. */
  readonly depthKeys: readonly Buffer[];
  /** The keys of addresses that resume runs. */
  readonly resumeKeys: readonly Buffer[];
  /** `http://127.0.0.1:8080`; empty before it is started. */
  readonly ownUrl: () => string;
  /** Takes over runs that no client waits for. */
  readonly acceptance: Acceptance;
  /** Where this gateway listens; nothing before it is started. */
  readonly own: () => readonly OwnAddress[];
  /** From now on log, redaction, metrics, history and worker are as this configuration says. */
  follow(config: Config): void;
  /** Begins to do the queued runs. @param current has what runs that are claimed now are done with */
  start(own: readonly OwnAddress[], url: string, current: () => Pick<Runs, "doing">): void;
  /** Ends queued runs that are at work, within some seconds. The next start goes on with those that do not end. */
  stop(): Promise<void>;
  /** Lets go of the store: after everything else, so that all that is to be recorded is. */
  close(): Promise<void>;
}

/** How long what is in flight may take to end when the process stops, in milliseconds. */
export const STOP_GRACE = 5_000;

/**
 * Puts the engine together.
 * @throws {StoreInUse} when another process has the store
 * @throws {SdkUnusable} when the module of `telemetry` fails
 */
export async function openEngine(
  first: Config,
  environment: Environment,
  surroundings = SURROUNDINGS,
): Promise<Engine> {
  const { now } = surroundings;
  await registerSdk(first.telemetry);
  const secrets = openSecrets(environment);
  const openLog = surroundings.logs(secrets.mask);
  const settingsOf = (config: Config) => ({
    config,
    log: openLog(config.log),
    redact: secrets.redactor(secretNames(config.redact)),
    redactInSlices: secrets.redactorInSlices(secretNames(config.redact)),
  });
  let settings = settingsOf(first);
  const log = logTo(() => settings.log);
  const metrics = openMetrics({
    version,
    stepTypes: stepTypes.keys(),
    fileLimit: openFileLimit(),
    now,
  });
  metrics.runs.configured(first.workflows);
  const store = await openStore({
    url: first.store.url,
    keys: first.store.key,
    redact: (value) => settings.redact(value),
    redactInSlices: (value) => settings.redactInSlices(value),
    get valueLimit() {
      return settings.config.limits.result;
    },
    get retention() {
      return settings.config.runs.retention;
    },
    get keep() {
      return settings.config.runs.keep;
    },
    configuration: () => settings.config.hash,
    observer: metrics.commits,
    log,
    now,
  });
  const tracing = openTracing({
    mask: secrets.mask,
    log,
    wanted: first.telemetry.endpoint !== null,
  });
  const acceptance = tracing.acceptance({
    // Before the work begins, runs are only queued.
    accept: (...accepted) => (worker ?? store.queue).accept(...accepted),
  });
  let listeningAt = "";
  let listening: readonly OwnAddress[] = [];
  let worker: Worker | null = null;
  let scheduler: Scheduler | null = null;
  return {
    environment,
    surroundings,
    secrets,
    metrics,
    store,
    rates: first.store.url.startsWith("sqlite:") ? memoryRates(now) : store.rates,
    log,
    openLog,
    depthKeys: store.keysFor("workflow-depth"),
    resumeKeys: store.keysFor("resume-link"),
    ownUrl: () => listeningAt,
    tracing,
    acceptance,
    own: () => listening,
    follow(config) {
      settings = settingsOf(config);
      metrics.runs.configured(config.workflows);
      worker?.resize(config.runs.concurrency);
      scheduler?.follow(config.workflows);
    },
    start(own, url, current) {
      listeningAt = url;
      listening = own;
      worker = startWorker({
        queue: metrics.runs.countedQueue(store.queue),
        doing: () => current().doing,
        concurrency: settings.config.runs.concurrency,
        now,
        log,
      });
      store.operations.onCancel(worker.cancel);
      scheduler = startScheduler({ schedules: store.schedules, now, log });
      scheduler.follow(settings.config.workflows);
    },
    async stop() {
      await scheduler?.stop();
      await worker?.stop(STOP_GRACE);
    },
    async close() {
      metrics.close();
      await Promise.all([store.close(), tracing.flush(STOP_GRACE)]);
    },
  };
}
