import { hostname } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { RunDetail, RunPage } from "../../src/model/history.ts";
import { type Ended, type Running, type Urls, folderWith, run } from "../support/command.ts";
import type { TestPostgres } from "../support/postgres.ts";
import { triedAgain } from "../support/tried-again.ts";
import { until } from "../support/until.ts";
import { type Answer, type TestUpstream, startUpstream } from "../support/upstream.ts";

/** A gateway in a process of its own, one of several on one Postgres. */
export interface Instance extends Urls {
  readonly running: Running<Urls>;
  /** SIGSTOP and SIGCONT. */
  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGHUP"): void;
  /** SIGKILL; resolves when it is dead. */
  kill(): Promise<Ended>;
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<Ended>;
  run(id: string): Promise<RunDetail>;
  /** Waits until a run has ended. */
  ended(id: string): Promise<RunDetail>;
  /** The runs of a workflow, newest first. */
  runs(workflow: string): Promise<RunDetail[]>;
}

/** Gateways on one Postgres, in front of one upstream. */
export interface Several {
  /** Of the database, with its password. */
  readonly url: string;
  readonly upstream: TestUpstream;
  /** Starts one more, and waits until it serves. @param yaml as in {@link startSeveral}; default: as the others have it */
  start(yaml?: string): Promise<Instance>;
  /** The file that an instance has read. */
  fileOf(instance: Instance): string;
  /** Writes the file that an instance reads when it is told to reload. */
  write(instance: Instance, yaml: string): Promise<void>;
  /** Sets when the lease of an instance is over, instead of in 15 s. It holds until the instance renews it. */
  setLease(instance: Instance, over: "long ago" | "in a long time"): Promise<void>;
  /** Ends all connections to the database, and lets none be made. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Ends all that was started. */
  stop(): Promise<void>;
}

/** What a test may say beside the configuration. */
interface Options {
  readonly answer?: Answer;
  /** Of the instances. `UPSTREAM_URL` is that of the upstream, if it is not given. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The key of all instances. */
const KEY = "the key of all instances";

/** What a configuration has that says nothing of its upstream. */
const HEAD = `listen: { port: 0 }
admin: { port: 0 }
upstream: { url: "\${UPSTREAM_URL}" }
egress: { allow: ["127.0.0.1"] }`;

/** Longer than any test has an instance, in milliseconds. */
const LIFE = 600_000;

/**
 * Makes a database and an upstream.
 * @param yaml the configuration without `store` and `log`; `listen`, `admin`, `upstream` and `egress` may be left out together.
 *   `UPSTREAM` stands for the upstream's URL
 */
export async function startSeveral(
  server: TestPostgres,
  yaml: string,
  { answer, environment = {} }: Options = {},
): Promise<Several> {
  const url = await server.newDatabase();
  const upstream = await startUpstream(answer);
  const instances = new Map<Instance, Folder>();
  const whole = (own: string) => `
${/^upstream:/m.test(own) ? "" : HEAD}
${own.replaceAll(/\bUPSTREAM\b/g, upstream.url)}
store: { url: "\${DATABASE_URL}", key: "\${SIDEHOOK_KEY}" }
log: { level: debug, format: json }
`;

  const start = async (text = yaml): Promise<Instance> => {
    const folder = await folderWith({ "gateway.yaml": whole(text) });
    const own = { UPSTREAM_URL: upstream.url, PORT: "0", ADMIN_PORT: "0", ...environment };
    const env = { ...own, DATABASE_URL: url, SIDEHOOK_KEY: KEY };
    const running = run<Urls>("bin/sidehook.js", ["start", "--config", fileIn(folder)], {
      env,
      timeout: LIFE,
    });
    const { url: at, adminUrl } = await running.serving;
    const get = async (path: string) => (await fetch(`${adminUrl}${path}`)).json();
    const detail = (id: string) => get(`/runs/${id}`) as Promise<RunDetail>;
    const instance: Instance = {
      url: at,
      adminUrl,
      running,
      signal: (signal) => void running.process.kill(signal),
      kill() {
        running.process.kill("SIGKILL");
        return running.ended;
      },
      stop() {
        running.process.kill("SIGTERM");
        return running.ended;
      },
      run: detail,
      async ended(id) {
        await until(async () => (await detail(id)).finishedAt !== null);
        return detail(id);
      },
      async runs(workflow) {
        const { runs } = (await get(`/runs?limit=500&workflow=${workflow}`)) as RunPage;
        return Promise.all(runs.map(({ id }) => detail(id)));
      },
    };
    instances.set(instance, folder);
    return instance;
  };
  const folderOf = (instance: Instance) => {
    const folder = instances.get(instance);
    if (folder === undefined) throw new Error("it was started by others");
    return folder;
  };
  const name = new URL(url).pathname.slice(1);
  const elsewhere = Object.assign(new URL(url), { pathname: "/postgres" }).href;

  return {
    url,
    upstream,
    start,
    fileOf: (instance) => fileIn(folderOf(instance)),
    write: (instance, text) => folderOf(instance).write("gateway.yaml", whole(text)),
    setLease: ({ running }, over) =>
      ask(
        url,
        `update instances set lease_until = '${over === "long ago" ? "2000" : "2999"}-01-01T00:00:00.000Z'
         where process = '${hostname()}/${running.process.pid}'`,
      ),
    goAway: () =>
      ask(
        elsewhere,
        `alter database ${name} allow_connections false`,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      ),
    comeBack: () => ask(elsewhere, `alter database ${name} allow_connections true`),
    async stop() {
      await Promise.all([...instances.keys()].map((instance) => instance.kill()));
      await Promise.all([...instances.values()].map((folder) => folder.remove()));
      await upstream.stop();
      await server.dropDatabase(url);
    },
  };
}

type Folder = Awaited<ReturnType<typeof folderWith>>;

const fileIn = ({ path }: Pick<Folder, "path">) => join(path, "gateway.yaml");

async function ask(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    for (const statement of statements) await triedAgain(() => client.query(statement));
  } finally {
    await client.end();
  }
}
