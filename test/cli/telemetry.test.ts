import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerResponse } from "node:http";
import { expect } from "chai";
import { type Running, type Urls, folderWith, project, run, sidehook } from "../support/command.ts";
import { until } from "../support/until.ts";
import { type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";

/** A span as the module of the test exports it. */
interface Exported {
  readonly pid: number;
  readonly name: string;
  readonly traceId: string;
  readonly parent: string | null;
}

describe("sidehook start with telemetry", function () {
  this.timeout(120_000);

  let upstream: TestUpstream;
  let folder: Awaited<ReturnType<typeof folderWith>>;
  let held: ServerResponse[];
  const started: Running[] = [];
  beforeEach(async () => {
    held = [];
    upstream = await startUpstream((request, response) => {
      if (request.url === "/slow") held.push(response);
      else answerJson(response, 201, { id: 1 });
    });
    folder = await folderWith({ "otel.mjs": MODULE, "gateway.yaml": configFor(upstream.url) });
  });
  afterEach(async () => {
    for (const { process } of started) process.kill("SIGKILL");
    await Promise.all(started.splice(0).map(({ ended }) => ended));
    await upstream.stop();
    await folder.remove();
  });

  function start(env: Record<string, string> = {}): Running<Urls> {
    const gateway = run<Urls>("bin/sidehook.js", ["start"], { cwd: folder.path, env });
    started.push(gateway);
    return gateway;
  }

  const spans = (): Exported[] =>
    readFileSync(join(folder.path, "spans"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Exported);

  it("goes on in the same trace with a run whose process was killed, and exports all spans when it stops", async () => {
    const first = start();
    expect((await post(`${(await first.serving).url}/posts`)).status).to.equal(201);
    await until(() => held.length === 1);
    first.process.kill("SIGKILL");
    await first.ended;

    const second = start();
    await second.serving;
    await until(() => held.length === 2);
    for (const response of held) answerJson(response, 200, {});
    await second.said(/"msg":"it has gone on"/);
    second.process.kill("SIGTERM");
    expect((await second.ended).code).to.equal(0);

    const { pid } = second.process;
    const after = spans().filter((span) => span.pid === pid);
    expect(after.map(({ name }) => name)).to.deep.equal([
      "GET",
      "step request",
      "step log",
      "run later",
    ]);
    expect(new Set(after.map(({ traceId }) => traceId))).to.deep.equal(new Set([TRACE]));
  });

  it("hands the endpoint to the module", async () => {
    const gateway = start();
    await gateway.serving;
    await gateway.said(/"endpoint":"http:\/\/127.0.0.1:4318"/);
  });

  it("exits 78 when the module fails, and says why", async () => {
    await folder.write("otel.mjs", "throw new Error('no such exporter')");
    const { code, stderr } = await sidehook(["start"], { cwd: folder.path });
    expect(code).to.equal(78);
    expect(stderr).to.match(/^telemetry.module .*otel.mjs can't be used: no such exporter$/m);
  });

  it("serves and warns when the module registers no SDK", async () => {
    await folder.write("otel.mjs", "");
    const gateway = start();
    const { url } = await gateway.serving;
    await gateway.said(/"level":40.*"nothing is traced: no OpenTelemetry SDK is registered"/);
    expect((await post(`${url}/posts`)).status).to.equal(201);
  });
});

const post = (url: string) =>
  fetch(url, { method: "POST", headers: { traceparent: `00-${TRACE}-${PARENT}-01` } });

/** Exports spans in batches that are only sent when they are flushed. */
const MODULE = `
import { appendFileSync } from "node:fs";
import { createRequire } from "node:module";
const require = createRequire(${JSON.stringify(join(project, "package.json"))});
const { context, trace } = require("@opentelemetry/api");
const { AsyncLocalStorageContextManager } = require("@opentelemetry/context-async-hooks");
const { BasicTracerProvider, BatchSpanProcessor } = require("@opentelemetry/sdk-trace-base");

const exporter = {
  export(spans, done) {
    for (const span of spans) {
      const { name, parentSpanContext } = span;
      const { traceId } = span.spanContext();
      const told = { pid: process.pid, name, traceId, parent: parentSpanContext?.spanId ?? null };
      appendFileSync("spans", JSON.stringify(told) + "\\n");
    }
    done({ code: 0 });
  },
  shutdown: async () => {},
};
export default ({ endpoint }) => {
  console.log(JSON.stringify({ endpoint }));
  const processor = new BatchSpanProcessor(exporter, { scheduledDelayMillis: 3_600_000 });
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [processor] }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
};
`;

const configFor = (upstream: string) => `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: "${upstream}" }
identity: none
store: { url: "sqlite:./history.db" }
log: { format: json }
telemetry: { module: ./otel.mjs, endpoint: "http://127.0.0.1:4318" }
workflows:
  later:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps:
      - { type: request, method: GET, url: "${upstream}/slow" }
      - { type: log, message: it has gone on }
`;
