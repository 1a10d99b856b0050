import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/** A command that has ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running<Address = unknown> {
  readonly process: ChildProcess;
  /** What it tells its parent once it serves. Rejects when it ends before. */
  readonly serving: Promise<Address>;
  /** Waits until it has written a text like this to its standard output. Rejects when it ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** The same of its standard error. */
  complained(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

/** The message of `sidehook start` to its parent once it serves. */
export interface Urls {
  readonly url: string;
  readonly adminUrl: string;
}

/** Where a command runs, and what it finds in its environment beside `PATH`. */
export interface Place {
  /** The project that the script is of. Default: this one. */
  readonly root?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is killed. Default: longer than a command of a test takes. */
  readonly timeout?: number;
}

/** The folder of this project. */
export const project = fileURLToPath(new URL("../..", import.meta.url));

/** Longer than any command, and any gateway of a group of tests, runs, in milliseconds; then it is killed, and its code is null. */
const TOO_LONG = 600_000;

/** Runs a script of this project as a process of its own: `run("bin/sidehook.js", ["check"])`. */
export function run<Address = unknown>(
  script: string,
  args: readonly string[],
  { root = project, cwd, env = {}, timeout = TOO_LONG }: Place = {},
): Running<Address> {
  const { PATH = "", NODE_V8_COVERAGE: coverage } = process.env;
  const child = spawn(process.execPath, [join(root, script), ...args], {
    cwd,
    env: { PATH, ...(coverage && { NODE_V8_COVERAGE: coverage }), ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    timeout,
    killSignal: "SIGKILL",
  }) as ChildProcessByStdio<null, Readable, Readable>;
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, ...output }));

  /** What `listen` waits for, unless the process ends before it. */
  const before = <T>(listen: (resolve: (value: T) => void) => void): Promise<T> => {
    const waiting = new Promise<T>((resolve, reject) => {
      listen(resolve);
      void ended.then(({ code, stderr }) => reject(new Error(`ended with ${code}: ${stderr}`)));
    });
    waiting.catch(() => {}); // who does not wait for it does not care
    return waiting;
  };
  const written = (to: "stdout" | "stderr", pattern: RegExp) =>
    before<RegExpExecArray>((resolve) => {
      const look = () => {
        const found = pattern.exec(output[to]);
        if (found) resolve(found);
      };
      child[to].on("data", look);
      look();
    });
  return {
    process: child,
    ended,
    serving: before((resolve) => child.once("message", (message) => resolve(message as Address))),
    said: (pattern) => written("stdout", pattern),
    complained: (pattern) => written("stderr", pattern),
  };
}

/** Runs `sidehook` to its end. */
export const sidehook = (args: readonly string[], place?: Place): Promise<Ended> =>
  run("bin/sidehook.js", args, place).ended;

/** A folder of its own with files in it. */
export async function folderWith(files: Readonly<Record<string, string>>) {
  const path = await mkdtemp(join(tmpdir(), "sidehook-"));
  const write = async (name: string, content: string) => {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  };
  for (const [name, content] of Object.entries(files)) await write(name, content);
  return {
    path,
    write,
    read: (name: string) => readFile(join(path, name), "utf8"),
    names: () => readdir(path),
    remove: () => rm(path, { recursive: true }),
  };
}
