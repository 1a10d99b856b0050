import { adminApp } from "./admin/app.ts";
import { arriving } from "./body/arriving.ts";
import { bodyCollector } from "./body/collect.ts";
import { jsonReader } from "./body/read-json.ts";
import { bodyReader } from "./body/read.ts";
import type { Environment } from "./configuration.ts";
import { openEngine } from "./engine.ts";
import { frontDoor } from "./front/front-door.ts";
import { guardsOf } from "./front/guards.ts";
import { hooksApp } from "./hooks/app.ts";
import { identifier } from "./identity/identify.ts";
import type { Config } from "./model/config.ts";
import type { Log } from "./model/log.ts";
import { upstreamAddress } from "./model/upstream-address.ts";
import { withMessages } from "./proxy/apis/answers.ts";
import { translator } from "./proxy/apis/translate.ts";
import { answerReader } from "./proxy/received-answer.ts";
import { serve } from "./serving.ts";
import { mayUpgrade } from "./upgrades.ts";
import { ways } from "./ways.ts";

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
 * @throws {StoreInUse} when another process has the store; the system's error when a port can't be opened
 */
export async function startGateway(config: Config, environment: Environment): Promise<Gateway> {
  const { upstream: upstreamConfig, limits, workflows, collections, admin } = config;
  const { api: facts } = upstreamConfig;
  const engine = await openEngine(config, environment);
  const { log, store, upstream, records, acceptance, run, depth, isSecret, isCredential } = engine;
  for (const { message, ...position } of config.warnings) log.warn(position, message);

  const bodies = { limit: limits.body, collect: bodyCollector(limits.body) };
  const app = hooksApp({
    workflows,
    collections,
    unknownKeys: config.unknownKeys,
    leaveUnknown: facts.unknownWorkflows === "leave",
    identify: identifier(config.identity, { ask: upstream.fetch, isSecret, now }),
    readBody: arriving(
      bodyReader({ ...bodies, jsonTypes: facts.jsonTypes, record: facts.values }),
      config.listen.timeouts.body,
    ),
    readJson: arriving(jsonReader(bodies), config.listen.timeouts.body),
    run,
    acceptance,
    intents: store.intents,
    deliveries: store.deliveries,
    records,
    upstream,
    facts,
    recordLimit: limits.loop,
    merge: facts.messages === "header" ? null : (...all) => withMessages(facts, ...all),
    readAnswer: answerReader(limits.response, upstreamConfig.timeout),
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
    leaveUnknown: facts.unknownWorkflows === "leave",
    translate: translator(facts),
  });

  const keepHeaders = guardsOf(workflows).any ? new Set(upstreamConfig.keepHeaders) : null;
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
        acceptance,
        workflows: () => workflows,
        workflowOf: engine.workflowOf,
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
    await engine.close();
    throw error;
  });
  engine.start(serving.addresses);
  ready = true;
  return {
    url: serving.url,
    adminUrl: serving.adminUrl,
    log,
    async stop() {
      ready = false;
      await Promise.all([serving.finish(), engine.stop()]);
      await serving.close();
      await engine.close();
    },
  };
}
