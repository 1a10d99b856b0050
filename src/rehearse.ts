import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type RequestListener, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Environment, readConfig } from "./configuration.ts";
import { type Engine, STOP_GRACE, openEngine } from "./engine.ts";
import { type Generation, openGeneration } from "./generation.ts";
import { hooksApp } from "./hooks/app.ts";
import { lookOf } from "./look.ts";
import type { RequestLine } from "./model/action.ts";
import type { Config } from "./model/config.ts";
import type { JsonObject } from "./model/json.ts";
import { newRun } from "./model/new-run.ts";
import { primaryKeys } from "./model/primary-key.ts";
import type { Rehearsed } from "./model/rehearsal.ts";
import { upstreamAddress } from "./model/upstream-address.ts";
import { connectUpstream } from "./proxy/upstream.ts";
import { rehearsed } from "./rehearsal/act.ts";
import { GIVEN_IDENTITY, callerHeaders } from "./rehearsal/caller.ts";
import { openClient } from "./rehearsal/client.ts";
import { endedRuns } from "./rehearsal/ended-runs.ts";
import { readMessage } from "./rehearsal/exchange.ts";
import { markedUpstream } from "./rehearsal/marked-upstream.ts";
import type { Play } from "./rehearsal/play.ts";
import { readingOf } from "./rehearsal/reading.ts";
import { type Stage, openStage } from "./rehearsal/stage.ts";
import { openStandIn } from "./rehearsal/stand-in.ts";
import type { AskedRecord } from "./rehearsal/try-play.ts";
import { SURROUNDINGS, type Surroundings } from "./surroundings.ts";

/** A gateway that requests can be rehearsed on: a real one, on a free port, with a store of its own that nothing remains of. */
export interface Rehearsal {
  readonly config: Config;
  /** How the upstream writes the record that a request is about. */
  recordOf(request: RequestLine): AskedRecord;
  /** Sends a request, or runs a workflow, and waits for all that it causes. One at a time. */
  play(play: Play): Promise<Rehearsed>;
  close(): Promise<void>;
}

/**
 * Opens one for a configuration. Its steps see the world that a play gives them, and its upstream is a stand-in.
 * @throws {ConfigError}
 */
export async function openRehearsal(file: string, environment: Environment): Promise<Rehearsal> {
  const opened: Closing[] = [];
  try {
    return await rehearsalOf(file, environment, opened);
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

/** Closes something that is open. */
type Closing = () => unknown;

/** The last that was opened is closed first. */
async function closeAll(opened: readonly Closing[]): Promise<void> {
  for (const close of opened.toReversed()) await close();
}

/** @param opened what is to be closed. Grows */
async function rehearsalOf(
  file: string,
  environment: Environment,
  opened: Closing[],
): Promise<Rehearsal> {
  let stage: Stage | null = null;
  const act = () => {
    if (stage === null) throw new Error("nothing is rehearsed");
    return stage.act;
  };
  const config = await readConfig(file, environment, null, null, rehearsed(act));
  const real = connectUpstream(config.upstream);
  opened.push(() => real.close(0));
  stage = openStage(real);
  const { base } = upstreamAddress(config.upstream.url);
  const standIn = await openStandIn(base, stage.answer);
  opened.push(standIn.close);
  const folder = await mkdtemp(join(tmpdir(), "sidehook-rehearsal-"));
  opened.push(() => rm(folder, { recursive: true, force: true }));
  const own = ownConfig(config, standIn.url + base, folder);
  const engine = await openOwnEngine(own, environment, stage);
  opened.push(engine.close);
  const serving = await openGateway(own, engine, stage, opened);
  const client = openClient(serving.url);
  opened.push(client.close);
  const runsSince = endedRuns(engine.store);
  const { asConfigured } = serving;
  const look = lookOf(config);

  async function start(workflow: string, trigger: JsonObject): Promise<void> {
    const found = asConfigured.workflowOf(workflow);
    if (found === null) throw new Error(`There is no workflow "${workflow}"`);
    await engine.acceptance.accept([newRun(found, trigger, engine.surroundings.now())]);
  }

  return {
    config,
    recordOf: (request) => recordOf(asConfigured, request),
    async play(play) {
      stage.begin(play);
      if ("workflow" in play.what) {
        const { workflow, trigger } = play.what;
        await start(workflow, trigger);
        const reading = `the workflow ${workflow}, run by itself`;
        const runs = await runsSince();
        return { request: null, reading, answer: null, runs, ...stage.notes() };
      }
      const { method, path, headers, body } = play.what;
      const sent = { method, path, headers: { ...headers, ...callerHeaders(play.caller ?? null) } };
      const answer = await client.ask({ ...sent, body });
      const runs = await runsSince();
      const request = { method, path, ...readMessage(headers, body ?? Buffer.alloc(0)) };
      const reading = readingOf(look(method, path));
      return { request, reading, answer, runs, ...stage.notes() };
    },
    close: () => closeAll(opened),
  };
}

/** The configuration with a place of its own for all that it would share with the gateway that serves. */
const ownConfig = (config: Config, url: string, folder: string): Config => ({
  ...config,
  upstream: {
    ...config.upstream,
    url,
    tls: { ca: null, cert: null, key: null, servername: null },
  },
  store: { url: `sqlite:${join(folder, "rehearsal.db")}`, key: [] },
  telemetry: { module: null, endpoint: null },
  // A run that waits for others to come would wait in vain.
  workflows: config.workflows.map((workflow) => ({ ...workflow, debounce: null })),
});

const silent = () => {};
const NO_LOG = { debug: silent, info: silent, warn: silent, error: silent };

/** The engine, in the surroundings of the stage. Nothing runs by schedule. */
async function openOwnEngine(
  config: Config,
  environment: Environment,
  stage: Stage,
): Promise<Engine> {
  const surroundings: Surroundings = {
    ...SURROUNDINGS,
    now: stage.now,
    seed: stage.seed,
    // A retry waits for a random part of its delay: for none of it.
    random: () => 0,
    logs: () => () => NO_LOG,
    connectUpstream: (options) => markedUpstream(connectUpstream(options)),
  };
  const workflows = config.workflows.filter(({ trigger }) => trigger.type !== "schedule");
  const engine = await openEngine({ ...config, workflows }, environment, surroundings);
  const { store } = engine;
  const deliveries = stage.apart(store.deliveries);
  return { ...engine, rates: stage.rates, store: { ...store, deliveries } };
}

/** Serves on a free port: with callers as the configuration knows them, or as a play gives them. */
async function openGateway(config: Config, engine: Engine, stage: Stage, opened: Closing[]) {
  const app = hooksApp();
  const open = (own: Config): Generation => {
    const generation = openGeneration(own, engine, app);
    opened.push(() => generation.close(STOP_GRACE));
    return generation;
  };
  const asConfigured = open(config);
  const asGiven = open({ ...config, identity: GIVEN_IDENTITY });
  const current = () => (stage.play()?.caller === undefined ? asConfigured : asGiven);
  const listener: RequestListener = (...exchange) => current().listener(...exchange);
  const options = { ...app.classes, maxHeaderSize: config.limits.headers };
  const server = createServer(options, listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${address.port}`;
  engine.start([address], url, () => current().runs);
  opened.push(engine.stop, () => {
    server.close();
    server.closeAllConnections();
  });
  return { url, asConfigured };
}

function recordOf({ config, loadRecord }: Generation, { method, path }: RequestLine): AskedRecord {
  const verdict = lookOf(config)(method, path);
  const { collection = "", keys = [] } = verdict.way === "hooks" ? verdict.action : {};
  const primaryKey = primaryKeys(config.collections, config.upstream.api.primaryKey)(collection);
  const [, member = null] = /^\/([^/]+)$/.exec(config.upstream.api.record) ?? [];
  const [key = null] = keys;
  return {
    form: { primaryKey, member },
    key,
    before: () => loadRecord(collection, key ?? "", []).catch(() => null),
  };
}
