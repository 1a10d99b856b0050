import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** A command that has ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running<Told = unknown> {
  readonly process: ChildProcess;
  /** What it tells its parent once it serves. Rejects when it ends before. */
  readonly serving: Promise<Told>;
  readonly ended: Promise<Ended>;
}

/** What `sidehook start` tells when it serves. */
export interface Urls {
  readonly url: string;
  readonly adminUrl: string;
}

/** Where a command runs, and what it finds in its environment beside `PATH`. */
export interface Place {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Longer than any command of a test takes, in milliseconds; then it is killed, and its code is null. */
const TOO_LONG = 20_000;

/** Runs a script of this project as a process of its own: `run("bin/sidehook.js", ["check"])`. */
export function run<Told = unknown>(
  script: string,
  args: readonly string[],
  { cwd, env = {} }: Place = {},
): Running<Told> {
  const file = fileURLToPath(new URL(`../../${script}`, import.meta.url));
  const { PATH = "", NODE_V8_COVERAGE: coverage } = process.env;
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    env: { PATH, ...(coverage && { NODE_V8_COVERAGE: coverage }), ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    timeout: TOO_LONG,
    killSignal: "SIGKILL",
  });
  const ended = outcomeOf(child);
  const serving = new Promise<Told>((resolve, reject) => {
    child.once("message", (told) => resolve(told as Told));
    void ended.then(({ code, stderr }) => reject(new Error(`ended with ${code}: ${stderr}`)));
  });
  serving.catch(() => {}); // who does not wait for it does not care
  return { process: child, serving, ended };
}

/** Runs `sidehook` to its end. */
export const sidehook = (args: readonly string[], place?: Place): Promise<Ended> =>
  run("bin/sidehook.js", args, place).ended;

/** A folder of its own with files in it. */
export async function folderWith(files: Readonly<Record<string, string>>) {
  const path = await mkdtemp(join(tmpdir(), "sidehook-"));
  const write = (name: string, content: string) => writeFile(join(path, name), content);
  for (const [name, content] of Object.entries(files)) await write(name, content);
  return {
    path,
    write,
    names: () => readdir(path),
    remove: () => rm(path, { recursive: true }),
  };
}

async function outcomeOf(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout ? text(child.stdout) : "",
    child.stderr ? text(child.stderr) : "",
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}
