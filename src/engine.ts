import { awaitedRuns } from "./awaited-runs.ts";
import type { Environment } from "./configuration.ts";
import { workflowParts } from "./configuration.ts";
import { definitionCompiler } from "./config/compile/recorded.ts";
import { egress } from "./egress/outbound.ts";
import type { OwnAddress } from "./egress/own-addresses.ts";
import { DEPTH_HEADER, type Depth, depthOf } from "./hooks/request/depth.ts";
import { openLog } from "./log.ts";
import type { Config } from "./model/config.ts";
import { type IsCredential, credentialHeaders } from "./model/headers.ts";
import type { Log } from "./model/log.ts";
import type { Acceptance } from "./model/queue.ts";
import type { Records } from "./model/records.ts";
import type { RunWorkflow } from "./model/run.ts";
import { type IsSecret, secretNames } from "./model/secrets.ts";
import { traceparentOf } from "./model/trace.ts";
import type { Upstream } from "./model/upstream.ts";
import type { Workflow } from "./model/workflow.ts";
import { recordStore } from "./proxy/records/store.ts";
import { connectUpstream } from "./proxy/upstream.ts";
import { unreachable } from "./proxy/unreachable.ts";
import { createRunner } from "./runner/runner.ts";
import { openSecrets } from "./secrets.ts";
import { type Store, openStore } from "./store/store.ts";
import { openSubflows } from "./subflows.ts";
import { startWorker } from "./worker/worker.ts";

/** Everything that does runs, without serving requests. */
export interface Engine {
  readonly log: Log;
  readonly isSecret: IsSecret;
  readonly isCredential: IsCredential;
  readonly store: Store;
  readonly upstream: Upstream;
  readonly records: Records;
  readonly depth: Depth;
  /** Takes over runs that no client waits for. */
  readonly acceptance: Acceptance;
  /** Runs a workflow while a client waits, and records the run. */
  readonly run: RunWorkflow;
  readonly workflowOf: (key: string) => Workflow | null;
  /** Begins to do the queued runs. @param own where this gateway listens, which no `request` step may call */
  start(own: readonly OwnAddress[]): void;
  /** Ends queued runs that are at work, within some seconds. The next start goes on with those that do not end. */
  stop(): Promise<void>;
  /** Lets go of the upstream and the store: after everything else, so that all that is to be recorded is. */
  close(): Promise<void>;
}

const now = () => new Date();

/**
 * Puts the engine together.
 * @throws {StoreInUse} when another process has the store
 */
export async function openEngine(config: Config, environment: Environment): Promise<Engine> {
  const { upstream: upstreamConfig, limits, workflows, collections } = config;
  const isSecret = secretNames(config.redact);
  const isCredential = credentialHeaders(isSecret);
  const secrets = openSecrets(environment, isSecret, config.secrets);
  const { redact } = secrets;
  const log = openLog(config.log, secrets.mask);
  const store = await openStore({
    url: config.store.url,
    redact,
    valueLimit: limits.result,
    ...config.runs,
    log,
    now,
  });

  const unreached = unreachable(upstreamConfig.url, log, now);
  const upstream = connectUpstream({ ...upstreamConfig, unreached: unreached.add });
  let listening: readonly OwnAddress[] = [];
  const outbound = egress({
    ...config.egress,
    limit: limits.response,
    own: () => listening,
    isCredential,
  });
  const records = recordStore({
    facts: upstreamConfig.api,
    upstream,
    collections,
    serviceHeaders: upstreamConfig.headers,
    rowLimit: limits.rows,
    responseLimit: limits.response,
  });
  const byKey = new Map(workflows.map((workflow) => [workflow.key, workflow]));
  const subflows = openSubflows(
    (key) => byKey.get(key),
    (workflow, start) => run(workflow, start),
    store.queue,
  );
  const depth = depthOf(limits.depth);
  const runner = createRunner({
    services: { records, outbound: outbound.send, log, redact },
    subflows,
    limits,
    now,
    random: Math.random,
    secrets: secrets.values,
    signDepth: depth.sign,
  });
  const run = awaitedRuns(runner.run, store, log);
  const compile = definitionCompiler(workflowParts(environment, limits), workflows);
  const beginWork = () =>
    startWorker({
      queue: store.queue,
      resume: runner.resume,
      revive(key, definition) {
        const { workflow, secrets: read } = compile(key, definition);
        secrets.learn(read);
        return workflow;
      },
      propagatedHeaders: ({ id, depth: above, requestId, traceparent }) => ({
        [DEPTH_HEADER]: depth.sign(above + 1),
        "x-request-id": requestId ?? id,
        traceparent: traceparentOf(traceparent),
      }),
      concurrency: config.runs.concurrency,
      now,
      log,
    });
  let worker: ReturnType<typeof startWorker> | null = null;
  return {
    log,
    isSecret,
    isCredential,
    store,
    upstream,
    records,
    depth,
    // Before the work begins, runs are only queued.
    acceptance: { accept: (...accepted) => (worker ?? store.queue).accept(...accepted) },
    run,
    workflowOf: (key) => byKey.get(key) ?? null,
    start(own) {
      listening = own;
      worker = beginWork();
      store.operations.onCancel(worker.cancel);
    },
    async stop() {
      await worker?.stop(STEP_GRACE);
    },
    async close() {
      await Promise.all([upstream.close(STEP_GRACE), outbound.close()]);
      await store.close();
    },
  };
}

/** How long the step in flight of a queued run may take to end when the process stops, in milliseconds. */
const STEP_GRACE = 5_000;
