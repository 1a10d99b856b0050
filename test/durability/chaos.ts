import type { TestPostgres } from "../support/postgres.ts";
import { ACTS, startBackend } from "./backend.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { doubles, drained, refsOf } from "./endurance.ts";
import { createMany } from "./load.ts";
import { type Tally, tally } from "./tally.ts";

/** What happens to several gateways while they work. Resolves when it is over. */
export type Trouble = (cluster: Cluster, events: Events) => Promise<void>;

/** What happens while they work, counted. */
export interface Events {
  /** Runs that clients were told of. */
  readonly accepted: Tally;
  /** Records that the upstream has made; it has not answered yet. */
  readonly made: Tally;
  /** Requests of steps; they are not answered yet. */
  readonly acted: Tally;
}

/** How much is to be done, under which trouble. */
export interface ChaosOptions {
  readonly server: TestPostgres;
  /** Runs to be accepted at the least. */
  readonly runs: number;
  readonly trouble: Trouble;
  /** Another build's executable. */
  readonly bin?: string | undefined;
}

/** The result. Everything except the count is empty, if nothing was lost or doubled. */
export interface ChaosResult {
  readonly accepted: number;
  /** Runs that a client was told of and that are not `succeeded`, and their steps that had no effect: `<run>:<step path>`. */
  readonly lost: string[];
  /** What was done twice at a target that honours `Idempotency-Key`, and records that more than one run was made for. */
  readonly twice: string[];
  /** Writes to a run by an instance whose claim was over. */
  readonly stale: string[];
  /** Runs that two instances had at once. */
  readonly together: string[];
  /** Records that the upstream made, and that no run tells of, not even an unconfirmed one. */
  readonly unreported: number[];
}

/** Connections to each gateway. */
const CLIENTS = 5;

/**
 * Creates records through three gateways on one Postgres, whose async post-action acts in four steps around a delay and a
 * loop, and has trouble happen to them meanwhile. Then waits until all is done, and looks for what is missing or double.
 */
export async function chaos({ server, runs, trouble, bin }: ChaosOptions): Promise<ChaosResult> {
  const backend = await startBackend();
  const { made, effects } = backend;
  const cluster = await startCluster(server, backend, { bin });
  const { instances, witness } = cluster;
  const events = { accepted: tally("accepted"), made: tally("made"), acted: tally("acted") };
  backend.onMade(async () => events.made.add());
  effects.onAsked(async () => events.acted.add());
  const accepted = new Map<string, number>();
  const numbers = Array.from({ length: 1_000_000 }, (_, index) => index).values();
  let isOver = false;
  const enough = () => isOver;
  const load = async ({ gateway }: Cluster["instances"][number]) => {
    while (!enough()) {
      await createMany((await gateway()).url, numbers, {
        clients: CLIENTS,
        enough,
        answered({ ref, status, runs: ids }) {
          if (status !== 201) return;
          for (const id of ids) accepted.set(id, ref);
          for (const _ of ids) events.accepted.add();
        },
      });
    }
  };
  try {
    const loads = Promise.all(instances.map(load));
    try {
      await Promise.all([trouble(cluster, events), events.accepted.reached(runs)]);
    } finally {
      isOver = true;
    }
    await loads;
    const one = await instances[0]!.gateway();
    await drained(one);
    const all = await one.runs();
    const refs = await refsOf(one, all, accepted);
    const reported = new Set(refs);
    const succeeded = new Set(
      all.filter(({ status }) => status === "succeeded").map(({ id }) => id),
    );
    const keys = [...accepted.keys()].flatMap((id) => ACTS.map((path) => `${id}:${path}`));
    return {
      accepted: accepted.size,
      lost: [
        ...[...accepted.keys()].filter((id) => !succeeded.has(id)),
        ...keys.filter((key) => !effects.done.has(key)),
      ],
      twice: [...effects.twice(), ...doubles(refs).map((ref) => `record ${ref}`)],
      stale: await witness.stale(),
      together: await witness.together(),
      unreported: [...made].filter((ref) => !reported.has(ref)),
    };
  } finally {
    isOver = true;
    await cluster.stop();
    await backend.stop();
  }
}
