import { type RequestListener, createServer } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { adminApp } from "./admin/app.ts";
import { jsonReader } from "./body/read-json.ts";
import { bodyReader } from "./body/read.ts";
import { type ConfigParts, loadConfig } from "./config/load.ts";
import { definitionCompiler } from "./config/revive.ts";
import { egress } from "./egress/outbound.ts";
import { celLanguage } from "./expressions/language.ts";
import { frontDoor } from "./front/front-door.ts";
import { hooksApp } from "./hooks/app.ts";
import { DEPTH_HEADER, depthOf } from "./hooks/depth.ts";
import { triggerTypes } from "./hooks/triggers/index.ts";
import { identifier } from "./identity/identify.ts";
import { finished, listen, urlOf } from "./listeners.ts";
import { openLog } from "./log.ts";
import type { Config } from "./model/config.ts";
import { METHOD_OVERRIDES, withoutHeaders } from "./model/headers.ts";
import { secretNames } from "./model/secrets.ts";
import type { Subflows } from "./model/subflows.ts";
import { traceparentOf } from "./model/trace.ts";
import { answerClientError } from "./proxy/client-error.ts";
import { withMessages } from "./proxy/apis/answers.ts";
import { presets } from "./proxy/apis/index.ts";
import { translator } from "./proxy/apis/translate.ts";
import { recordStore } from "./proxy/records.ts";
import { connectUpstream } from "./proxy/upstream.ts";
import { webProxy } from "./proxy/web.ts";
import { createRunner } from "./runner/runner.ts";
import { openSecrets } from "./secrets.ts";
import { stepTypes } from "./steps/index.ts";
import { recorded } from "./store/recorded.ts";
import { openStore } from "./store/store.ts";
import { decideUpgrades, mayUpgrade } from "./upgrades.ts";
import { startWorker } from "./worker/worker.ts";

/** Environment variables, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A gateway that serves. */
export interface Gateway {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly adminUrl: string;
  /** Takes no new connections, finishes requests in flight (30 s at most), writes what is to be recorded. */
  stop(): Promise<void>;
}

const now = () => new Date();

/** What a configuration is checked with, and workflows are compiled with. */
const configParts = (env: Environment): ConfigParts => ({
  stepTypes,
  triggerTypes,
  language: celLanguage(now),
  presets,
  env,
});

/** Reads a configuration and everything it includes, and checks it. @throws {ConfigError} */
export function readConfig(file: string, environment: Environment): Promise<Config> {
  return loadConfig(file, configParts(environment));
}

/**
 * Puts the rooms together and listens.
 * @throws {StoreInUse} when another process has the store; the system's error when a port can't be had
 */
export async function startGateway(config: Config, environment: Environment): Promise<Gateway> {
  const { upstream: upstreamConfig, limits, workflows, collections, admin } = config;
  const { api: facts } = upstreamConfig;
  const log = openLog(config.log);
  const isSecret = secretNames(config.redact);
  const secrets = openSecrets(environment, isSecret, config.secrets);
  const { redact } = secrets;
  const store = await openStore({
    url: config.store.url,
    redact,
    valueLimit: limits.result,
    ...config.runs,
    log,
    now,
  });

  const upstream = connectUpstream(upstreamConfig);
  const web = webProxy(upstreamConfig);
  const outbound = egress(config.egress, limits.response);
  const records = recordStore({
    facts,
    upstream,
    collections,
    serviceHeaders: upstreamConfig.headers,
    rowLimit: limits.rows,
    responseLimit: limits.response,
  });
  const byKey = new Map(workflows.map((workflow) => [workflow.key, workflow]));
  const subflows: Subflows = {
    find(key) {
      const workflow = byKey.get(key);
      return workflow?.enabled && workflow.trigger.type === "subflow" ? workflow : null;
    },
    run: (workflow, start) => run(workflow, start),
    accept: (child) => store.queue.accept([child]),
    ended: store.queue.ended,
  };
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
  const app = hooksApp({
    workflows,
    collections,
    unknownKeys: config.unknownKeys,
    leaveUnknown: facts.unknownWorkflows === "leave",
    identify: identifier(config.identity, { ask: upstream.ask, isSecret, now }),
    readBody: bodyReader(limits.body),
    readJson: jsonReader(limits.body),
    run,
    acceptance: store.queue,
    intents: store.intents,
    deliveries: store.deliveries,
    records,
    upstream,
    facts,
    merge: facts.messages === "header" ? null : (...all) => withMessages(facts, ...all),
    responseLimit: limits.response,
    depth,
    now,
    log,
  });
  const look = frontDoor({
    prefix: facts.prefix,
    base: new URL(upstreamConfig.url).pathname,
    caseSensitive: upstreamConfig.caseSensitive,
    collections,
    routes: config.routes,
    workflows,
    speaksActions: facts.create.includes("}:"),
    translate: translator(facts),
  });

  /** The listener: one look, and then one of the ways. Plain, since every request comes through here. */
  const listener: RequestListener = (request, response) => {
    const verdict = look(request.method ?? "", request.url ?? "/");
    if (verdict.way === "web") return web.handle(request, response);
    if (verdict.way !== "pass") return app.handle(request, response, verdict);
    const { line, withoutOverride } = verdict;
    const headers = withoutOverride
      ? withoutHeaders(request.rawHeaders, METHOD_OVERRIDES)
      : undefined;
    void upstream.carry(request, response, { ...line, ...(headers && { headers }) });
  };

  let serving = false;
  const server = createServer(
    { ...app.classes, maxHeaderSize: limits.headers, requestTimeout: 0, noDelay: true },
    listener,
  );
  decideUpgrades(app.classes.IncomingMessage, (request) => mayUpgrade(request, look));
  const upgraded = new Set<Duplex>();
  server.on("upgrade", (request, socket, head) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
    web.upgrade(request, socket as Socket, head);
  });
  const adminServer = createServer(
    adminApp({
      ...{ host: admin.host, users: admin.users, history: store, operations: store.operations },
      workflowOf: (key) => byKey.get(key) ?? null,
      loadRecord: (collection, key) =>
        records.get(collection, key, [], {
          caller: null,
          signal: AbortSignal.timeout(upstreamConfig.timeout),
        }),
      serving: () => serving,
      now,
      log,
    }),
  );
  for (const one of [server, adminServer]) one.on("clientError", answerClientError);
  const close = async () => {
    web.close();
    await Promise.all([upstream.close(), outbound.close(), store.close()]);
  };
  try {
    await listen(adminServer, admin);
    await listen(server, config.listen);
  } catch (error) {
    adminServer.close();
    await close();
    throw error;
  }
  serving = true;
  const compile = definitionCompiler(configParts(environment), workflows);
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
  return {
    url: urlOf(server),
    adminUrl: urlOf(adminServer),
    async stop() {
      serving = false;
      const done = finished(server, GRACE);
      // A WebSocket has no end to wait for.
      for (const socket of upgraded) socket.destroy();
      await Promise.all([done, worker.stop(STEP_GRACE)]);
      await finished(adminServer, 1_000);
      await close();
    },
  };
}

/** How long requests in flight may take to end, in milliseconds. */
const GRACE = 30_000;

/** How long the step in flight of a run that nobody waits for may take to end, in milliseconds. */
const STEP_GRACE = 5_000;
