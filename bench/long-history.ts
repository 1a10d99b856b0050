// How long the admin port takes to list runs and workflows when the history is long, and how long such a file takes to open.
//
//     node --import tsx bench/long-history.ts [runs]
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { request } from "undici";
import { v7 as uuid } from "uuid";
import { adminOf } from "./admin-port.ts";
import type { RunStatus } from "../src/model/run.ts";
import type { Workflow } from "../src/model/workflow.ts";
import { connect } from "../src/store/connect.ts";
import { openLasting } from "../src/store/lasting.js";
import { migrationSource } from "../src/store/migrations/index.ts";
import type { RunRow, StepRow } from "../src/store/rows.ts";
import { type Store, openStore } from "../src/store/store.ts";
import { insertInto } from "../src/store/handlers/statement.js";

const COUNT = Number(process.argv[2] ?? 1_000_000);

/** Days over which the runs are spread, the last one today. */
const DAYS = 30;
const DAY = 86_400_000;
const NOW = Date.now();
const workflowAt = (n: number): Workflow => ({
  key: `workflow-${n}`,
  title: null,
  enabled: true,
  timeout: null,
  concurrency: null,
  debounce: null,
  rate: null,
  onFailure: null,
  trigger: { type: "subflow" },
  steps: [],
  definition: { hash: String(n).padStart(64, "0"), source: "{}" },
  acts: false,
});

const workflows = Array.from({ length: 50 }, (_, n) => workflowAt(n));

/** One run of ten thousand errs, one of a hundred is refused; the last workflow has one run of ten thousand. */
function runAt(place: number): RunRow {
  const started = NOW - (DAYS * DAY * (COUNT - place)) / COUNT;
  const workflow = workflowAt(place % 10_000 === 77 ? 49 : place % 49);
  const status: RunStatus =
    place % 10_000 === 5 ? "errored" : place % 100 === 0 ? "failed" : "succeeded";
  const trigger = { type: "pre-action", collection: "posts", values: { title: "x".repeat(300) } };
  return {
    id: uuid({ msecs: started }),
    workflow: workflow.key,
    definition: workflow.definition.hash,
    trigger_type: workflow.trigger.type,
    status,
    sync: 1,
    parent: null,
    replay_of: null,
    request_id: uuid({ msecs: started }),
    trace_id: null,
    started_at: new Date(started).toISOString(),
    finished_at: new Date(started + 5).toISOString(),
    messages: "[]",
    error: null,
    output: "null",
    context: JSON.stringify(trigger),
  };
}

const stepOf = (run: RunRow): StepRow => ({
  run: run.id,
  place: 0,
  path: "condition#0",
  attempt: 1,
  id: null,
  type: "condition",
  status: "succeeded",
  started_at: run.started_at,
  duration_ms: 0.1,
  error: null,
  input: '{"when":"size(trigger.params.values.title) > 2"}',
  result: "true",
  effects: null,
});

/** Makes a file as it was before its runs were counted, and fills it. */
async function fill(file: string): Promise<void> {
  await (await open(file)).close();
  const tables = connect(file);
  while (await tables.schema.hasTable("run_counts")) await tables.migrate.down({ migrationSource });
  await tables.destroy();
  const database = openLasting(file);
  database.exec("pragma synchronous = OFF");
  const define = database.prepare("insert into definitions (hash, source) values (@hash, @source)");
  for (const { definition } of workflows) define.run(definition);
  const run = runAt(0);
  const insertRun = database.prepare(insertInto("runs", Object.keys(run)));
  const insertStep = database.prepare(insertInto("steps", Object.keys(stepOf(run))));
  const some = database.transaction((from: number, to: number) => {
    for (let place = from; place < to; place++) {
      const row = runAt(place);
      insertRun.run(row);
      insertStep.run(stepOf(row));
    }
  });
  for (let from = 0; from < COUNT; from += 20_000) some(from, Math.min(COUNT, from + 20_000));
  database.close();
}

const open = (file: string): Promise<Store> =>
  openStore({
    url: `sqlite:${file}`,
    keys: [],
    redact: (value) => value,
    redactInSlices: (value) => Promise.resolve(value),
    valueLimit: 1_000_000,
    retention: 2 * DAYS * DAY,
    keep: [],
    log: { debug() {}, info() {}, warn() {}, error: console.error },
    now: () => new Date(),
  });

/** The time that something takes, in milliseconds. */
async function timed<T>(work: () => T | Promise<T>): Promise<{ result: T; took: number }> {
  const from = performance.now();
  const result = await work();
  return { result, took: performance.now() - from };
}

const say = (what: string, took: number, more = "") =>
  console.log(`${what.padEnd(64)} ${took.toFixed(1).padStart(8)} ms${more}`);

/** How often each path is asked for. */
const TURNS = 25;

/**
 * Asks for a path again and again. Says the median; the longest, mostly the first, which finds nothing in memory; and the
 * CPU of this process a turn, which is client and admin port in one.
 */
async function ask(origin: string, path: string): Promise<void> {
  const times: number[] = [];
  let rows = 0;
  const before = process.cpuUsage();
  for (let turn = 0; turn < TURNS; turn++) {
    const { result, took } = await timed(async () => {
      const { statusCode, body } = await request(origin + path);
      if (statusCode !== 200) throw new Error(`${path} was answered ${statusCode}`);
      return (await body.json()) as { runs?: unknown[]; workflows?: unknown[] };
    });
    rows = (result.runs ?? result.workflows ?? []).length;
    times.push(took);
  }
  const { user, system } = process.cpuUsage(before);
  const [median = 0] = times.toSorted((a, b) => a - b).slice(Math.floor(TURNS / 2));
  const longest = `${Math.max(...times)
    .toFixed(1)
    .padStart(6)} longest`;
  const cpu = `${((user + system) / 1_000 / TURNS).toFixed(1).padStart(6)} CPU`;
  say(
    `GET ${path.replace(/before=.*/, "before=…")}`,
    median,
    `${longest}${cpu}${String(rows).padStart(5)} rows`,
  );
}

const folder = mkdtempSync(join(tmpdir(), "sidehook-bench-"));
try {
  const file = join(folder, "sidehook.db");
  const { took: filled } = await timed(() => fill(file));
  const size = Math.round(statSync(file).size / 1e6);
  say(`${COUNT} runs of one step filled in (${size} MB)`, filled);
  const grouped = openLasting(file, { readonly: true });
  const { took: counted } = await timed(() =>
    grouped.prepare("select workflow, status, count(*) from runs group by 1, 2").all(),
  );
  say("a grouped count of them, on its thread", counted);
  grouped.close();
  const { result: first, took: migrated } = await timed(() => open(file));
  say("opened, the first time with the counts filled in", migrated);
  await first.close();
  const { result: store, took: opened } = await timed(() => open(file));
  say("opened again", opened);

  const app = adminOf(store, workflows);
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // So that the first row is no slower for the connection and for code that runs for the first time.
  for (let turn = 0; turn < TURNS; turn++) await (await request(`${origin}/healthz`)).body.dump();
  const half = uuid({ msecs: NOW - (DAYS * DAY) / 2 });
  for (const path of [
    "/workflows",
    "/workflows/workflow-7",
    "/statistics?last=24h",
    "/status",
    "/runs?error=timeout",
    "/runs?trigger=webhook",
    "/runs",
    "/runs?limit=500",
    `/runs?limit=500&before=${half}`,
    "/runs?status=succeeded&limit=500",
    "/runs?status=failed&limit=500",
    `/runs?status=failed&limit=500&before=${half}`,
    "/runs?status=errored&limit=500",
    "/runs?workflow=workflow-7&limit=500",
    `/runs?workflow=workflow-7&limit=500&before=${half}`,
    "/runs?workflow=workflow-7&status=failed&limit=500",
    "/runs?workflow=workflow-49&status=errored",
    `/runs?workflow=workflow-7&status=failed&limit=500&before=${half}`,
  ]) {
    await ask(origin, path);
  }
  server.close();
  server.closeAllConnections();
  await store.close();
} finally {
  rmSync(folder, { recursive: true });
}
