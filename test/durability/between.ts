import { setTimeout as after } from "node:timers/promises";
import { double, sample } from "fast-check";
import { ACTS, startBackend } from "./backend.ts";
import { drained, refOfRun } from "./endurance.ts";
import { startGatewayProcess } from "./gateway-process.ts";
import { createMany } from "./load.ts";

/** How often, and after which times. */
export interface BetweenOptions {
  readonly kills: number;
  /** The same seed kills after the same times. */
  readonly seed: number;
  /** Another build's executable. */
  readonly bin?: string;
}

/** The records whose requests the gateway was killed during. */
export interface BetweenResult {
  readonly kills: number;
  /** Records whose run is done, all its steps. */
  readonly done: number;
  /** Records that an unconfirmed run tells of. */
  readonly unconfirmed: number;
  /** Records that no run, or more than one, tells of, or whose run is not done. */
  readonly wrong: number[];
}

/**
 * Creates one record after another, and kills the gateway each time when the upstream has just made it: every second
 * time before the upstream answers, else when its 2xx is sent: before the gateway reads it, before the runs are
 * recorded, or just after.
 */
export async function killBetween({ kills, seed, bin }: BetweenOptions): Promise<BetweenResult> {
  const backend = await startBackend();
  const delays = sample(double({ min: 0, max: 30, noNaN: true }), { seed, numRuns: kills });
  let gateway = await startGatewayProcess(backend.config, bin);
  try {
    for (const [ref, delay] of delays.entries()) {
      const answers = ref % 2 === 1;
      const killed = new Promise<void>((resolve, reject) => {
        const kill = () => gateway.kill().then(resolve, reject);
        backend.onMade(() => (answers ? Promise.resolve() : kill()));
        backend.onAnswered(() => void (answers && after(delay).then(kill)));
      });
      const refs = [ref].values();
      const asked = createMany(gateway.url, refs, {
        clients: 1,
        enough: () => false,
        answered() {},
      });
      await killed;
      await asked;
      gateway = await startGatewayProcess(backend.config, bin);
    }
    await drained(gateway);
    const statuses = new Map<number, string[]>();
    for (const { id, status } of await gateway.runs()) {
      const ref = await refOfRun(gateway, id);
      const all = ACTS.every((path) => backend.effects.done.has(`${id}:${path}`));
      statuses.set(ref, [
        ...(statuses.get(ref) ?? []),
        status === "succeeded" && !all ? "half" : status,
      ]);
    }
    const only = (status: string) =>
      [...backend.made].filter((ref) => statuses.get(ref)?.join() === status);
    const right = new Set([...only("succeeded"), ...only("unconfirmed")]);
    return {
      kills,
      done: only("succeeded").length,
      unconfirmed: only("unconfirmed").length,
      wrong: [...backend.made].filter((ref) => !right.has(ref)),
    };
  } finally {
    await gateway.stop();
    await backend.stop();
  }
}
