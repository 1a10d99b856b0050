import type { TestPostgres } from "../support/postgres.ts";
import { type Wire, wireTo } from "../support/wire.ts";
import type { Backend } from "./backend.ts";
import { type GatewayProcess, startGatewayProcess } from "./gateway-process.ts";
import { type Witness, watchWrites } from "./witness.ts";

/** One of several gateways on one Postgres. */
export interface Instance {
  /** Its process; while it is started again, the next one. */
  gateway(): Promise<GatewayProcess>;
  /** SIGKILL, at once; then it is started again. Resolves when it serves. */
  restart(): Promise<void>;
  /** SIGKILL, for good. */
  kill(): Promise<void>;
  /** The wire between it and Postgres. */
  readonly wire: Wire;
}

/** Several gateways on a database of their own. */
export interface Cluster {
  readonly instances: readonly Instance[];
  readonly server: TestPostgres;
  /** Its URL, not by way of a wire. */
  readonly database: string;
  readonly witness: Witness;
  stop(): Promise<void>;
}

/** Starts gateways, each with a wire of its own. @param bin another build's executable */
export async function startCluster(
  server: TestPostgres,
  backend: Backend,
  { size = 3, bin }: { readonly size?: number; readonly bin?: string | undefined },
): Promise<Cluster> {
  const database = await server.newDatabase();
  const instances = await Promise.all(
    Array.from({ length: size }, (_, at) =>
      startInstance(database, `instance ${at}`, backend, bin),
    ),
  );
  const stop = async () => {
    for (const { gateway } of instances) await (await gateway()).kill();
    for (const { wire } of instances) await wire.close();
    await server.dropDatabase(database);
  };
  try {
    return { instances, server, database, stop, witness: await watchWrites(database) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startInstance(
  database: string,
  name: string,
  backend: Backend,
  bin: string | undefined,
): Promise<Instance> {
  const wire = await wireTo(database);
  let lives = 0;
  const start = async () => {
    const url = new URL(wire.url);
    url.searchParams.set("application_name", `${name}, life ${++lives}`);
    return startGatewayProcess(await backend.configFor(url.href), bin, "ignore");
  };
  let gateway = start();
  await gateway;
  return {
    wire,
    gateway: () => gateway,
    kill: async () => (await gateway).kill(),
    async restart() {
      const before = gateway;
      gateway = before.then(async (process) => {
        await process.kill();
        return start();
      });
      await gateway;
    },
  };
}
