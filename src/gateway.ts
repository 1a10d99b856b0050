import { adminApp } from "./admin/app.ts";
import { arriving } from "./body/arriving.ts";
import { bodyCollector } from "./body/collect.ts";
import { jsonReader } from "./body/read-json.ts";
import { bodyReader } from "./body/read.ts";
import { definitionCompiler } from "./config/revive.ts";
import { type Environment, workflowParts } from "./configuration.ts";
import { egress } from "./egress/outbound.ts";
import type { OwnPlace } from "./egress/own-places.ts";
import { frontDoor } from "./front/front-door.ts";
import { guardsOf } from "./front/guards.ts";
import { hooksApp } from "./hooks/app.ts";
import { DEPTH_HEADER, depthOf } from "./hooks/depth.ts";
import { identifier } from "./identity/identify.ts";
import { openLog } from "./log.ts";
import type { Config } from "./model/config.ts";
import { credentialHeaders } from "./model/headers.ts";
import type { Log } from "./model/log.ts";
import { secretNames } from "./model/secrets.ts";
import { traceparentOf } from "./model/trace.ts";
import { upstreamAddress } from "./model/upstream-address.ts";
import { withMessages } from "./proxy/apis/answers.ts";
import { translator } from "./proxy/apis/translate.ts";
import { recordStore } from "./proxy/records.ts";
import { connectUpstream } from "./proxy/upstream.ts";
import { unreachable } from "./proxy/unreachable.ts";
import { createRunner } from "./runner/runner.ts";
import { openSecrets } from "./secrets.ts";
import { serve } from "./serving.ts";
import { recorded } from "./store/recorded.ts";
import { openStore } from "./store/store.ts";
import { mayUpgrade } from "./upgrades.ts";
import { openSubflows } from "./subflows.ts";
import { ways } from "./ways.ts";
import { startWorker } from "./worker/worker.ts";

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
 * Puts the rooms together and listens.
 * @throws {StoreInUse} when another process has the store; the system's error when a port can't be had
 */
export async function startGateway(config: Config, environment: Environment): Promise<Gateway> {
  const { upstream: upstreamConfig, limits, workflows, collections, admin } = config;
  const { api: facts } = upstreamConfig;
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
  const upstream = connectUpstream({ ...upstreamConfig, unreached: unreached.tell });
  let listening: readonly OwnPlace[] = [];
  const outbound = egress({
    ...config.egress,
    limit: limits.response,
    own: () => listening,
    isCredential,
  });
  const records = recordStore({
    facts,
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
    services: { records, outbound: outbound.send, subflows, log, redact },
    limits,
    now,
    random: Math.random,
    secrets: secrets.values,
    signDepth: depth.sign,
  });
  const run = recorded(runner.run, store);
  const bodies = { limit: limits.body, collect: bodyCollector(limits.body) };
  const app = hooksApp({
    workflows,
    collections,
    unknownKeys: config.unknownKeys,
    leaveUnknown: facts.unknownWorkflows === "leave",
    identify: identifier(config.identity, { ask: upstream.ask, isSecret, now }),
    readBody: arriving(
      bodyReader({ ...bodies, jsonTypes: facts.jsonTypes, record: facts.values }),
      config.listen.timeouts.body,
    ),
    readJson: arriving(jsonReader(bodies), config.listen.timeouts.body),
    run,
    acceptance: store.queue,
    intents: store.intents,
    deliveries: store.deliveries,
    records,
    upstream,
    facts,
    recordLimit: limits.loop,
    merge: facts.messages === "header" ? null : (...all) => withMessages(facts, ...all),
    responseLimit: limits.response,
    responseTimeout: upstreamConfig.timeout,
    depth,
    isCredential,
    now,
    log,
  });
  const look = frontDoor({
    ...config,
    ...facts,
    base: upstreamAddress(upstreamConfig.url).base || "/",
    caseSensitive: upstreamConfig.caseSensitive,
    speaksActions: facts.create.includes("}:"),
    leaveUnknown: facts.unknownWorkflows === "leave",
    translate: translator(facts),
  });

  const keepHeaders = guardsOf(workflows).any ? new Set(upstreamConfig.keepHeaders) : null;
  const close = async () => {
    // Last, so that what becomes of requests that are still on their way is recorded.
    await Promise.all([upstream.close(STEP_GRACE), outbound.close()]);
    await store.close();
  };
  let ready = false;
  const serving = await serve({
    log,
    gateway: {
      ...config.listen,
      options: { ...app.classes, maxHeaderSize: limits.headers },
      mayUpgrade: (request) => mayUpgrade(request, look, keepHeaders),
      listener: ways({ look, app, upstream, log, keepHeaders }),
      upgrade: upstream.upgrade,
    },
    admin: {
      ...admin,
      listener: adminApp({
        host: admin.host,
        users: admin.users,
        history: store,
        operations: store.operations,
        acceptance: store.queue,
        workflows: () => workflows,
        workflowOf: (key) => byKey.get(key) ?? null,
        loadRecord(collection, key, appends) {
          const signal = AbortSignal.timeout(upstreamConfig.timeout);
          return records.get(collection, key, appends, { caller: null, signal });
        },
        serving: () => ready,
        now,
        log,
      }),
    },
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  listening = serving.places;
  const compile = definitionCompiler(workflowParts(environment, limits), workflows);
  const worker = startWorker({
    queue: store.queue,
    resume: runner.resume,
    revive(key, definition) {
      const { workflow, secrets: read } = compile(key, definition);
      secrets.learn(read);
      return workflow;
    },
    outgoing: ({ id, depth: above, requestId, traceparent }) => ({
      [DEPTH_HEADER]: depth.sign(above + 1),
      "x-request-id": requestId ?? id,
      traceparent: traceparentOf(traceparent),
    }),
    concurrency: config.runs.concurrency,
    now,
    log,
  });
  store.operations.onCancel(worker.cancel);
  ready = true;
  return {
    url: serving.url,
    adminUrl: serving.adminUrl,
    log,
    async stop() {
      ready = false;
      await Promise.all([serving.finish(), worker.stop(STEP_GRACE)]);
      await serving.close();
      await close();
    },
  };
}

/** How long the step in flight of a run that nobody waits for may take to end, in milliseconds. */
const STEP_GRACE = 5_000;
