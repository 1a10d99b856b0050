import { awaitedRuns } from "./awaited-runs.ts";
import { definitionCompiler } from "./config/compile/recorded.ts";
import { workflowParts } from "./configuration.ts";
import { failureRuns } from "./failure-runs.ts";
import { openDatabases } from "./databases/databases.ts";
import { egress } from "./egress/outbound.ts";
import type { Engine } from "./engine.ts";
import { DEPTH_HEADER, type Depth, depthOf } from "./hooks/request/depth.ts";
import { type ResumeLinks, linksOf } from "./hooks/resume/links.ts";
import type { InUse } from "./in-use.ts";
import type { Config } from "./model/config.ts";
import { type IsCredential, credentialHeaders } from "./model/headers.ts";
import type { Log } from "./model/log.ts";
import type { Records } from "./model/records.ts";
import type { RunWorkflow } from "./model/run.ts";
import { type IsSecret, secretNames } from "./model/secrets.ts";
import { traceparentOf } from "./model/trace.ts";
import { upstreamAddress } from "./model/upstream-address.ts";
import type { Upstream } from "./model/upstream.ts";
import type { Workflow } from "./model/workflow.ts";
import { openMail } from "./mail/mail.ts";
import { recordStore } from "./proxy/records/store.ts";
import { unreachable } from "./proxy/unreachable.ts";
import { createRunner } from "./runner/runner.ts";
import { openSandbox } from "./sandbox/sandbox.ts";
import { openSubflows } from "./subflows.ts";
import type { RunDoing } from "./worker/claimed-run.ts";

/** All that one configuration does runs with: its workflows, its upstream, its runner. It serves no request. */
export interface Runs {
  readonly log: Log;
  readonly isSecret: IsSecret;
  readonly isCredential: IsCredential;
  readonly upstream: Upstream;
  /** The same way to it, for requests that pass through: they are not traced. */
  readonly untracedUpstream: Upstream;
  readonly records: Records;
  readonly depth: Depth;
  readonly resumeLinks: ResumeLinks;
  /** Runs a workflow while a client waits, and records the run. */
  readonly run: RunWorkflow;
  /** What queued runs are done with. */
  readonly doing: RunDoing;
  readonly workflowOf: (key: string) => Workflow | null;
  /** Resolves when programs of its workflows need not wait for a thread to start. */
  readonly ready: Promise<void>;
  /** Lets go of its connections. @param grace milliseconds that requests in flight may take to end */
  close(grace: number): Promise<void>;
}

/** Puts them together. @param used counts the queued runs that are under way */
export function openRuns(config: Config, engine: Engine, used: InUse): Runs {
  const { upstream: upstreamConfig, limits, workflows, collections } = config;
  const { environment, secrets, metrics, store, tracing } = engine;
  const { now, random, seed, connectUpstream } = engine.surroundings;
  const isSecret = secretNames(config.redact);
  const isCredential = credentialHeaders(isSecret);
  secrets.learn(config.secrets);
  const log = engine.openLog(config.log);

  const unreached = unreachable(upstreamConfig.url, log, now);
  const untracedUpstream = connectUpstream({
    ...upstreamConfig,
    unreached: unreached.add,
    observer: metrics.upstream,
  });
  const upstream = tracing.upstream(untracedUpstream, upstreamAddress(upstreamConfig.url));
  const outbound = egress({
    ...config.egress,
    limit: limits.response,
    own: engine.own,
    isCredential,
  });
  const databases = openDatabases(config.databases, {
    rows: limits.rows,
    bytes: limits.result,
  });
  const mail = openMail(config.mail);
  const sandbox = openSandbox({ resultLimit: limits.result, languages: config.languages });
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
  const depth = depthOf(limits.depth, engine.depthKeys);
  const resumeLinks = linksOf(engine.resumeKeys, () => {
    const base = config.listen.publicUrl ?? engine.ownUrl();
    return `${base}${upstreamConfig.api.prefix === "/" ? "" : upstreamConfig.api.prefix}`;
  });
  const runner = createRunner({
    resumeUrl: resumeLinks.urlOf,
    services: {
      records,
      outbound: tracing.outbound(outbound.send),
      databases,
      mail,
      sandbox,
      log,
      redact: secrets.redactor(isSecret),
    },
    subflows,
    limits,
    now,
    random,
    seed,
    secrets: secrets.values,
    signDepth: depth.sign,
    aroundStep: tracing.step,
  });
  const afterFailure = failureRuns({
    workflowOf: (key) => byKey.get(key),
    depth: limits.depth,
    now,
    log,
  });
  const run = awaitedRuns({
    run: metrics.runs.counted(tracing.run(runner.run)),
    history: store,
    afterFailure,
    acceptance: engine.acceptance,
    log,
  });
  const resume = tracing.resume(runner.resume);
  const compile = definitionCompiler(workflowParts(environment, config), workflows);
  return {
    log,
    isSecret,
    isCredential,
    upstream,
    untracedUpstream,
    records,
    depth,
    resumeLinks,
    run,
    doing: {
      resume: (...resumed) => used.during(() => resume(...resumed)),
      revive(key, definition) {
        const { workflow, secrets: read } = compile(key, definition);
        secrets.learn(read);
        return workflow;
      },
      afterFailure,
      propagatedHeaders: ({ id, depth: above, requestId, traceparent }) => ({
        [DEPTH_HEADER]: depth.sign(above + 1),
        "x-request-id": requestId ?? id,
        traceparent: traceparentOf(traceparent),
      }),
    },
    workflowOf: (key) => byKey.get(key) ?? null,
    ready: sandbox.ready,
    async close(grace) {
      await Promise.all([
        upstream.close(grace),
        outbound.close(),
        databases.close(grace),
        mail.close(grace),
        sandbox.close(),
      ]);
    },
  };
}
