import { lazySignal } from "../src/model/lazy-signal.ts";
// How many runs a second the history records and the queue accepts, and what that costs the serving thread.
//
//     node --import tsx bench/history.ts [runs]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { v7 as uuid } from "uuid";
import type { RunEnd, RunStart, StepRecord } from "../src/model/run.ts";
import { redactor, redactorInSlices } from "../src/model/redact.ts";
import { secretNames } from "../src/model/secrets.ts";
import type { Workflow } from "../src/model/workflow.ts";
import { openStore } from "../src/store/store.ts";

const COUNT = Number(process.argv[2] ?? 100_000);

const workflow: Workflow = {
  key: "reject-short-titles",
  title: null,
  enabled: true,
  timeout: 30_000,
  concurrency: null,
  debounce: null,
  rate: null,
  onFailure: null,
  trigger: {
    type: "pre-action",
    collection: "posts",
    global: true,
    actions: ["create"],
    roles: null,
    each: "record",
    observe: false,
    bodies: "readable",
  },
  steps: [],
  definition: { hash: "0".repeat(64), source: "{}" },
  acts: false,
};

/** A run of a condition and a message, as a small create makes it. */
function sample(): [RunStart, RunEnd, StepRecord[]] {
  const id = uuid();
  const now = new Date();
  const start: RunStart = {
    id,
    startedAt: now,
    trigger: {
      type: "pre-action",
      params: {
        filterByTk: null,
        filter: null,
        values: {
          title: "ab",
          content: "A text of some length",
          published: false,
          tags: ["a", "b"],
        },
      },
      user: { id: 7, name: "Ann", email: "ann@example.com" },
      roleName: "editor",
      collection: "posts",
      action: "create",
      request: {
        method: "POST",
        path: "/posts",
        query: {},
        headers: {
          host: "localhost:8080",
          "user-agent": "curl/8.5.0",
          accept: "*/*",
          "content-type": "application/json",
          "content-length": "83",
        },
        ip: "127.0.0.1",
      },
    },
    request: null,
    response: null,
    caller: null,
    observe: false,
    signal: lazySignal(new AbortController().signal),
    requestId: "8e1c3b0e-3c52-4e0e-9b0c-6f0f2f0c9a51",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    depth: 0,
    parent: null,
    attempt: 0,
    propagatedHeaders: {},
  };
  const step = {
    id: null,
    status: "succeeded",
    attempt: 1,
    error: null,
    effects: null,
    startedAt: now,
  } as const;
  const message = "Title 'ab' is too short";
  return [
    start,
    {
      id,
      status: "succeeded",
      stopped: false,
      messages: [message],
      response: null,
      output: null,
      error: null,
      finishedAt: now,
    },
    [
      {
        ...step,
        path: "condition#0.then.response-message#0",
        type: "response-message",
        input: { message },
        result: message,
        durationMs: 0.03,
      },
      { ...step, path: "condition#0", type: "condition", input: {}, result: true, durationMs: 0.1 },
    ],
  ];
}

const folder = mkdtempSync(join(tmpdir(), "sidehook-bench-"));
const store = await openStore({
  url: `sqlite:${join(folder, "sidehook.db")}`,
  keys: [],
  redact: redactor(secretNames([]), ["a-secret-of-the-environment"]),
  redactInSlices: redactorInSlices(secretNames([]), ["a-secret-of-the-environment"]),
  valueLimit: 1_000_000,
  retention: 86_400_000,
  keep: [],
  log: { debug() {}, info() {}, warn() {}, error: console.error },
  now: () => new Date(),
});

const [start, end, steps] = sample();
const ids = Array.from({ length: COUNT }, () => uuid());
const before = performance.eventLoopUtilization();
const from = performance.now();
for (const id of ids) await store.finish(workflow, { ...start, id }, { ...end, id }, steps);
await store.list({ limit: 1 });
const seconds = (performance.now() - from) / 1_000;
const { active } = performance.eventLoopUtilization(before);

console.log(`${Math.round(COUNT / seconds)} runs/s recorded (2 steps each, fsync, ${COUNT} runs)`);
console.log(`${((active * 1_000) / COUNT).toFixed(1)} µs of the serving thread a run`);

/** Requests under way at a time, each of which waits until its run is accepted. */
const CLIENTS = 64;

/** Milliseconds; what it measures has this much on top. */
const RESOLUTION = 1;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
const queued = ids.map(() => uuid());
const acceptedFrom = performance.now();
delay.enable();
const client = async () => {
  for (let id = queued.pop(); id !== undefined; id = queued.pop()) {
    await store.queue.accept([
      {
        id,
        workflow,
        trigger: start.trigger,
        acceptedAt: start.startedAt,
        requestId: start.requestId,
        traceparent: start.traceparent,
        depth: 0,
        parent: null,
        replayOf: null,
      },
    ]);
  }
};
await Promise.all(Array.from({ length: CLIENTS }, client));
delay.disable();
const acceptSeconds = (performance.now() - acceptedFrom) / 1_000;
const p99 = delay.percentile(99) / 1e6 - RESOLUTION;
await store.close();
rmSync(folder, { recursive: true });

const rate = Math.round(COUNT / acceptSeconds);
console.log(`${rate} runs/s accepted (each awaited, ${CLIENTS} at a time, fsync, ${COUNT} runs)`);
console.log(`${p99.toFixed(1)} ms delay of the serving thread meanwhile (99th percentile)`);
