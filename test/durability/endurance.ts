import { setTimeout as after } from "node:timers/promises";
import { integer, sample } from "fast-check";
import type { RunSummary } from "../../src/model/history.ts";
import { ACTS, startBackend } from "./backend.ts";
import { type GatewayProcess, startGatewayProcess } from "./gateway-process.ts";
import { type Answered, createMany } from "./load.ts";

/** How hard it is to be. */
export interface EnduranceOptions {
  /** Times that the gateway is killed. */
  readonly kills: number;
  /** Runs to be accepted at the least. */
  readonly runs: number;
  /** The same seed kills after the same times. */
  readonly seed: number;
  /** Another build's executable. */
  readonly bin?: string;
}

/** The result. Everything except the counts is empty or zero, if nothing was lost or doubled. */
export interface EnduranceResult {
  readonly accepted: number;
  readonly kills: number;
  /** Run ids that a client was told of and that are not `succeeded`. */
  readonly lost: string[];
  /** Steps of accepted runs that had no effect: `<run>:<step path>`. */
  readonly undone: string[];
  /** Records that more than one run was made for. */
  readonly doubled: number[];
  /** What was done twice at the service, under different keys. */
  readonly twice: string[];
  /** Records that the upstream made, and that no run tells of, not even an unconfirmed one. */
  readonly unreported: number[];
}

const CLIENTS = 16;

/**
 * Creates records through a gateway whose async post-action acts in four steps around a delay and a loop, and kills the
 * gateway (SIGKILL) again and again meanwhile, each time up to 600 ms after it accepted its first run. Then waits until all is done, and looks for what is missing or double.
 */
export async function endure(options: EnduranceOptions): Promise<EnduranceResult> {
  const { kills, runs, seed, bin } = options;
  const backend = await startBackend();
  const { config, made, effects } = backend;
  const accepted = new Map<string, number>();
  let onAccepted: (() => void) | null = null;
  const answered = ({ ref, status, runs: ids }: Answered) => {
    if (status !== 201) return;
    for (const id of ids) accepted.set(id, ref);
    onAccepted?.();
  };
  const lives = sample(integer({ min: 40, max: 600 }), { seed, numRuns: kills });
  const numbers = Array.from({ length: 1_000_000 }, (_, index) => index).values();
  const load = (url: string, enough: () => boolean) =>
    createMany(url, numbers, { clients: CLIENTS, enough, answered });
  let gateway = await startGatewayProcess(config, bin);
  try {
    for (const life of lives) {
      const underLoad = new Promise<void>((resolve) => (onAccepted = resolve));
      const cut = load(gateway.url, () => false);
      await underLoad;
      await after(life);
      await gateway.kill();
      await cut;
      gateway = await startGatewayProcess(config, bin);
    }
    await load(gateway.url, () => accepted.size >= runs);
    await drained(gateway);
    const all = await gateway.runs();
    const refs = await refsOf(gateway, all, accepted);
    const reported = new Set(refs);
    const succeeded = new Set(
      all.filter(({ status }) => status === "succeeded").map(({ id }) => id),
    );
    return {
      accepted: accepted.size,
      kills,
      lost: [...accepted.keys()].filter((id) => !succeeded.has(id)),
      undone: [...accepted.keys()].flatMap((id) =>
        ACTS.map((path) => `${id}:${path}`).filter((key) => !effects.done.has(key)),
      ),
      doubled: doubles(refs),
      twice: effects.twice(),
      unreported: [...made].filter((ref) => !reported.has(ref)),
    };
  } finally {
    await gateway.stop();
    await backend.stop();
  }
}

/** Resolves when no run is left to be done. */
export async function drained(gateway: GatewayProcess): Promise<void> {
  for (let waited = 0; waited < 120_000; waited += 100) {
    const open = ["queued", "running", "waiting"].map((status) => gateway.runs(status));
    if ((await Promise.all(open)).flat().length === 0) return;
    await after(100);
  }
  throw new Error("runs are left that nobody does");
}

/** The record that each run is about. Those that a client was told of are known; the others are asked for. */
export async function refsOf(
  gateway: GatewayProcess,
  all: readonly RunSummary[],
  accepted: ReadonlyMap<string, number>,
): Promise<readonly number[]> {
  const refs: number[] = [];
  for (const { id } of all) refs.push(accepted.get(id) ?? (await refOfRun(gateway, id)));
  return refs;
}

/** The record that a run is about, by its context. */
export async function refOfRun(gateway: GatewayProcess, id: string): Promise<number> {
  const { trigger } = await gateway.run(id);
  return (trigger as { params: { values: { ref: number } } }).params.values.ref;
}

/** Those that stand in a list more than once. */
export function doubles(refs: readonly number[]): number[] {
  const seen = new Set<number>();
  return refs.filter((ref) => seen.has(ref) || !seen.add(ref));
}
