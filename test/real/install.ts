import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { NO_POSTGRES, hasPostgres } from "../support/postgres.ts";
import type { Backend, Place } from "./backend.ts";
import { ran } from "./process.ts";

/** Where backends are installed. It is kept, so that the second time is faster. */
const CACHE = process.env["REAL_CACHE"] ?? join(tmpdir(), "sidehook-real");

/** Milliseconds that one command of npm may take. */
const INSTALLS = 900_000;

/**
 * Installs a backend from npm, and the Node that it needs, in a folder of its own outside this project.
 * @throws {Error} when that can't be done here: with what npm said
 */
export async function installed(backend: Backend): Promise<Place> {
  const { name, packages, builds = [], node, needsPostgres = false } = backend;
  if (needsPostgres && !(await hasPostgres())) throw new Error(NO_POSTGRES);
  const runtime = node === undefined ? here : await runtimeOf(node);
  const folder = join(CACHE, name);
  const { env } = runtime;
  // npm 12 asks for each package whose scripts may run.
  const allowScripts = Object.fromEntries(builds.map((one) => [one, true]));
  await once(folder, { private: true, dependencies: packages, allowScripts }, async () => {
    await npm(folder, env, ["install", "--ignore-scripts"]);
    if (builds.length > 0) await npm(folder, env, ["rebuild", ...builds]);
  });
  return { folder, node: runtime.executable };
}

/** A Node to run and to build a backend with. */
interface Runtime {
  readonly executable: string;
  readonly env: Readonly<Record<string, string>>;
}

const here: Runtime = { executable: process.execPath, env: {} };

/** The newest release of a major version, with the headers that packages are compiled with. */
async function runtimeOf(version: string): Promise<Runtime> {
  if (process.versions.node.split(".")[0] === version) return here;
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(CACHE, `node-${version}`);
  await once(folder, { private: true, dependencies: { [name]: version } }, () =>
    npm(folder, {}, ["install"]),
  );
  const home = join(folder, "node_modules", name);
  const executable = join(home, "bin", "node");
  const path = [dirname(executable), process.env["PATH"]].join(delimiter);
  return { executable, env: { PATH: path, npm_config_nodedir: home } };
}

/** Installs what a package.json names, unless the same was installed there before. */
async function once(folder: string, manifest: object, install: () => Promise<void>): Promise<void> {
  const done = join(folder, "installed.json");
  const text = JSON.stringify(manifest);
  if ((await readFile(done, "utf8").catch(() => null)) === text) return;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), text);
  await install();
  await writeFile(done, text);
}

const npm = (cwd: string, env: Runtime["env"], args: readonly string[]) =>
  ran("npm", [...args, "--no-audit", "--no-fund"], { cwd, env, timeout: INSTALLS });
