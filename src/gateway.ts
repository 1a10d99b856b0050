import { type RequestListener, type Server, createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { adminApp } from "./admin/app.ts";
import { bodyReader } from "./body/read.ts";
import { loadConfig } from "./config/load.ts";
import { egress } from "./egress/outbound.ts";
import { celLanguage } from "./expressions/language.ts";
import { frontDoor } from "./front/front-door.ts";
import { hooksApp } from "./hooks/app.ts";
import { depthOf } from "./hooks/depth.ts";
import { triggerTypes } from "./hooks/triggers/index.ts";
import { identifier } from "./identity/identify.ts";
import { openLog } from "./log.ts";
import type { Config } from "./model/config.ts";
import { METHOD_OVERRIDES, withoutHeaders } from "./model/headers.ts";
import { redactor, secretNames } from "./model/secrets.ts";
import { answerClientError } from "./proxy/client-error.ts";
import { withMessages } from "./proxy/apis/answers.ts";
import { presets } from "./proxy/apis/index.ts";
import { translator } from "./proxy/apis/translate.ts";
import { recordStore } from "./proxy/records.ts";
import { connectUpstream } from "./proxy/upstream.ts";
import { webProxy } from "./proxy/web.ts";
import { createRunner } from "./runner/runner.ts";
import { stepTypes } from "./steps/index.ts";
import { recorded } from "./store/recorded.ts";
import { openStore } from "./store/store.ts";

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
const never = () => Promise.reject(new Error("not built"));

/** Reads a configuration and everything it includes, and checks it. @throws {ConfigError} */
export function readConfig(file: string, environment: Environment): Promise<Config> {
  return loadConfig(file, {
    stepTypes,
    triggerTypes,
    language: celLanguage(now),
    presets,
    env: environment,
  });
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
  const secrets = secretsOf(config, environment);
  const redact = redactor(isSecret, Object.values(secrets));
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
  const subflows = { find: () => null, run: never, accept: never, ended: never };
  const depth = depthOf(limits.depth);
  const { run } = createRunner({
    services: { records, outbound: outbound.send, subflows, log, redact },
    limits,
    now,
    random: Math.random,
    secrets: () => secrets,
    signDepth: depth.sign,
  });
  const app = hooksApp({
    workflows,
    collections,
    unknownKeys: config.unknownKeys,
    leaveUnknown: facts.unknownWorkflows === "leave",
    identify: identifier(config.identity, { ask: upstream.ask, isSecret, now }),
    readBody: bodyReader(limits.body),
    run: recorded(run, store),
    acceptance: store.queue,
    intents: store.intents,
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
  const upgraded = new Set<Duplex>();
  server.on("upgrade", (request, socket, head) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
    web.upgrade(request, socket as Socket, head);
  });
  const adminServer = createServer(
    adminApp({ host: admin.host, users: admin.users, history: store, serving: () => serving, log }),
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
  return {
    url: urlOf(server),
    adminUrl: urlOf(adminServer),
    async stop() {
      serving = false;
      const done = finished(server, GRACE);
      // A WebSocket has no end to wait for.
      for (const socket of upgraded) socket.destroy();
      await done;
      await finished(adminServer, 1_000);
      await close();
    },
  };
}

/** What `secrets.NAME` reads: the variables that expressions name, as far as they are set. */
function secretsOf({ secrets }: Config, environment: Environment): Record<string, string> {
  return Object.fromEntries(
    secrets.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** How long requests in flight may take to end, in milliseconds. */
const GRACE = 30_000;

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

/** Waits for the requests in flight, then cuts what is left. */
function finished(server: Server, grace: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), grace);
    // A connection that was busy a moment ago is idle now, and would be kept alive.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
  });
}
