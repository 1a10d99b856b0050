import type { TestPostgres } from "../support/postgres.ts";
import { until } from "../support/until.ts";
import { claimGate } from "./claim-gate.ts";
import { type Backend, startBackend } from "./backend.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { drained } from "./endurance.ts";
import { createMany } from "./load.ts";

/** What the witness saw. Empty, if each run was one instance's at a time. */
export interface Seen {
  readonly stale: string[];
  readonly together: string[];
}

/** Creates a record by one gateway. Gives the id of its run. */
async function create({ instances }: Cluster, at: number, ref: number): Promise<string> {
  let run = "";
  const { url } = await instances[at]!.gateway();
  await createMany(url, [ref].values(), {
    clients: 1,
    enough: () => false,
    answered: ({ runs }) => void (run = runs[0] ?? ""),
  });
  return run;
}

/**
 * A gateway stands still while a step of its run is in flight. Another does the run, up to its last step. Then the first
 * gets its answer, goes on, and would write it.
 */
export const lateWrite = (server: TestPostgres, bin: string): Promise<Seen> =>
  amongThree(server, bin, async (cluster, { effects }) => {
    const asked: string[] = [];
    /** `first`: the step of the one that stands still may be answered; `answered`: it is. `last`: the last step may be. */
    const states = new Set<"first" | "answered" | "last">();
    effects.onAsked(async (key) => {
      asked.push(key);
      const [run] = asked[0]?.split(":") ?? [];
      if (asked.length === 1) {
        await until(() => states.has("first"));
        states.add("answered");
      }
      if (key === `${run}:last`) await until(() => states.has("last"));
    });
    const run = await create(cluster, 0, 1);
    await until(() => asked.includes(`${run}:first`));
    const first = await cluster.instances[0]!.gateway();
    first.pause();
    await until(() => asked.includes(`${run}:last`));
    states.add("first");
    await until(() => states.has("answered"));
    first.goOn();
    // It begins later, so its end is committed behind what would be written of the step.
    const next = await create(cluster, 0, 2);
    await until(async () => (await first.run(next)).status === "succeeded");
    states.add("last");
  });

/** A gateway dies, and its run is in the line again. Two others find it there, before either has committed its claim. */
export const claimTogether = (server: TestPostgres, bin: string): Promise<Seen> =>
  amongThree(server, bin, async (cluster, { effects }) => {
    const gate = await claimGate(cluster.database);
    try {
      const asked = new Promise<void>((resolve) => {
        effects.onAsked(async () => resolve());
      });
      await create(cluster, 2, 1);
      await asked;
      await cluster.instances[2]!.kill();
      await gate.crowded();
    } finally {
      await gate.open();
    }
  });

/** Has something happen to three gateways of which two live on, and waits until their runs are done. */
async function amongThree(
  server: TestPostgres,
  bin: string,
  happens: (cluster: Cluster, backend: Backend) => Promise<void>,
): Promise<Seen> {
  const backend = await startBackend();
  const cluster = await startCluster(server, backend, { bin });
  const { instances, witness } = cluster;
  try {
    await happens(cluster, backend);
    await drained(await instances[1]!.gateway());
    return { stale: await witness.stale(), together: await witness.together() };
  } finally {
    await cluster.stop();
    await backend.stop();
  }
}
