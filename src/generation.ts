import type { IncomingMessage, RequestListener } from "node:http";
import { arriving } from "./body/arriving.ts";
import { bodyCollector } from "./body/collect.ts";
import { jsonReader } from "./body/read-json.ts";
import { bodyReader } from "./body/read.ts";
import type { Engine } from "./engine.ts";
import { guardsOf } from "./front/guards.ts";
import { type HooksApp, hooksWay } from "./hooks/app.ts";
import { admission } from "./hooks/rate.ts";
import { identifier } from "./identity/identify.ts";
import { inUse } from "./in-use.ts";
import { isLogged } from "./log.ts";
import { lookOf } from "./look.ts";
import type { Config } from "./model/config.ts";
import { primaryKeys } from "./model/primary-key.ts";
import type { Records } from "./model/records.ts";
import type { Upstream } from "./model/upstream.ts";
import type { Workflow } from "./model/workflow.ts";
import { withMessages } from "./proxy/apis/answers.ts";
import { answerReader } from "./proxy/received-answer.ts";
import { type Runs, openRuns } from "./runs.ts";
import { mayUpgrade, upgraded } from "./upgrades.ts";
import { ways } from "./ways.ts";

/**
 * One configuration at work: all that is made of it. A reload makes the next generation; requests and runs that have begun
 * under this one keep it.
 */
export interface Generation {
  readonly config: Config;
  readonly runs: Runs;
  /** Serves a request. */
  readonly listener: RequestListener;
  readonly mayUpgrade: (request: IncomingMessage) => boolean;
  readonly upgrade: (...arrived: Parameters<Upstream["upgrade"]>) => void;
  readonly workflowOf: (key: string) => Workflow | null;
  /** Loads a record as the service, within `upstream.timeout`. */
  loadRecord(
    collection: string,
    key: string,
    appends: readonly string[],
  ): ReturnType<Records["get"]>;
  /** Resolves when no concerned request and no run is under way in it. */
  unused(): Promise<void>;
  /** Lets go of its connections. @param grace milliseconds that requests in flight may take to end */
  close(grace: number): Promise<void>;
}

/**
 * Puts a generation together: the front door, the app behind it, and what runs are done with.
 * @throws {Error} when a key of `identity` can't be used
 */
export function openGeneration(config: Config, engine: Engine, app: HooksApp): Generation {
  const { upstream: upstreamConfig, limits, workflows, collections } = config;
  const { api: facts } = upstreamConfig;
  const { acceptance, metrics, store } = engine;
  const { now } = engine.surroundings;
  const observer = metrics.requests;
  const primaryKeyOf = primaryKeys(collections, facts.primaryKey);
  const used = inUse();
  const runs = openRuns(config, engine, used);
  const { upstream, untracedUpstream, records, isSecret, isCredential, log } = runs;

  const bodies = { limit: limits.body, collect: bodyCollector(limits.body) };
  const way = hooksWay({
    workflows,
    collections,
    primaryKeyOf,
    unknownKeys: config.unknownKeys,
    leaveUnknown: facts.unknownWorkflows === "leave",
    identify: identifier(config.identity, { ask: upstream.fetch, isSecret, now, own: facts }),
    readBody: arriving(
      bodyReader({ ...bodies, jsonTypes: facts.jsonTypes, record: facts.values }),
      config.listen.timeouts.body,
    ),
    readJson: arriving(jsonReader(bodies), config.listen.timeouts.body),
    run: runs.run,
    acceptance,
    intents: store.intents,
    deliveries: store.deliveries,
    resumeLinks: runs.resumeLinks,
    answerWait: store.operations.answer,
    readBytes: arriving(
      (request: IncomingMessage) => bodies.collect(request, limits.body),
      config.listen.timeouts.body,
    ),
    admit: admission(engine.rates),
    records,
    upstream,
    facts,
    recordLimit: limits.loop,
    merge: facts.messages === "header" ? null : (...all) => withMessages(facts, ...all),
    readAnswer: answerReader(limits.response, upstreamConfig.timeout),
    depth: runs.depth,
    isCredential,
    now,
    log,
  });
  const look = lookOf(config);
  const keepHeaders = guardsOf(workflows).any ? new Set(upstreamConfig.keepHeaders) : null;
  const hooks = {
    way: (...all: Parameters<typeof way>) => used.during(() => way(...all)),
    log,
    trace: engine.tracing.request,
    requestLog: isLogged(config.log.level, "info") ? log : null,
  };

  return {
    config,
    runs,
    listener: ways({ look, app, hooks, upstream: untracedUpstream, keepHeaders, observer }),
    mayUpgrade: (request) => mayUpgrade(request, look, keepHeaders),
    upgrade: upgraded({ upstream: untracedUpstream, log, observer }),
    workflowOf: runs.workflowOf,
    loadRecord(collection, key, appends) {
      const signal = AbortSignal.timeout(upstreamConfig.timeout);
      const as = { caller: null, signal };
      return used.during(() => records.get(collection, key, appends, as));
    },
    unused: used.over,
    close: runs.close,
  };
}
