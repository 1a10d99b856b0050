import type { Child } from "./child.ts";
import type { Running } from "./contestants.ts";
import type { LoadOrder, LoadResult } from "./load.ts";
import type { Row } from "./rows.ts";
import { busyOf, cpuOf, memoryOf, restOf } from "./usage.ts";

/** One measurement of one contestant. */
export interface Sample {
  /** Microseconds of CPU for one request, all threads together. */
  readonly cpu: number;
  /** Requests a second; where runs are queued, those whose runs are done. */
  readonly rate: number;
  /** Milliseconds that half of the answers took at most, and 99 of 100. */
  readonly p50: number;
  readonly p99: number;
  /** MB (RSS). */
  readonly memory: number;
  /** The share of its core that the contestant used while it was asked: less than 0.9 means that it was not kept busy. */
  readonly busy: number;
  /** The share of its core that other processes used meanwhile. */
  readonly disturbed: number;
}

/** How the load is made. */
export interface Load {
  readonly generator: Child;
  readonly connections: number;
  readonly milliseconds: number;
  /** The core of whoever is asked; null: any. */
  readonly core: number | null;
}

/** Keeps a contestant busy with the requests of a row for a time. */
export async function measure(
  { url, pid }: Running,
  { request, queued = false }: Row,
  { generator, connections, milliseconds, core }: Load,
): Promise<Sample> {
  const before = { cpu: cpuOf(pid), busy: busyOf(core), time: performance.now() };
  const order: LoadOrder = { url, request, connections, milliseconds };
  const { requests, seconds, bad, p50, p99 } = await generator.ask<LoadResult>(order);
  if (bad !== null) throw new Error(`${url}${request.path} answered:\n${bad}`);
  const underLoad = cpuOf(pid) - before.cpu;
  const all = busyOf(core) - before.busy;
  const microseconds = seconds * 1e6;
  const restedAt = await restOf(pid);
  return {
    cpu: (cpuOf(pid) - before.cpu) / requests,
    rate: requests / (queued ? (restedAt - before.time) / 1_000 : seconds),
    p50,
    p99,
    memory: memoryOf(pid),
    busy: underLoad / microseconds,
    disturbed: Math.max(0, all - underLoad) / microseconds,
  };
}

/** Makes one request of a row and looks whether Sidehook did what the row says. */
export async function tryOnce({ url }: Running, { name, request, runs }: Row): Promise<void> {
  const { path, method, headers, body } = request;
  const answer = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body }),
  });
  await answer.arrayBuffer();
  const told = answer.headers.get("workflow-runs");
  if (answer.ok && (runs === null ? told === null : told?.includes(`"${runs}"`))) return;
  throw new Error(`${name}: the answer is ${answer.status}, with Workflow-Runs: ${told}`);
}
