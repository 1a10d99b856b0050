import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of this bench. */
export interface Child {
  readonly pid: number;
  /** The next message that it sends. Rejects when it ends instead. */
  heard<T>(): Promise<T>;
  /** Sends a message and gives the next one that comes back. */
  ask<T>(message: object): Promise<T>;
  /** Ends it, and waits until it has ended. */
  stop(): Promise<void>;
}

/** How a process is started. */
export interface Start {
  /** The core that it runs on; null: any. */
  readonly core: number | null;
  readonly env?: Readonly<Record<string, string>>;
}

const alive = new Set<ChildProcess>();

/** Whatever ends this process, ends those that it has started. */
process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/** Starts a program, with a channel for messages. What it prints on its error output is shown. */
export function startProgram(
  program: string,
  args: readonly string[],
  { core, env = {} }: Start,
): Child {
  // taskset becomes the program that it starts: the process is the same, and so is its channel.
  const [command, ...rest] =
    core === null ? [program, ...args] : ["taskset", "-c", String(core), program, ...args];
  const child = spawn(command, rest, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, NODE_ENV: "production", ...env },
  });
  alive.add(child);
  const ended = once(child, "exit").finally(() => alive.delete(child));
  const heard = async <T>() => {
    const end = ended.then(() => {
      throw new Error(`${[program, ...args].join(" ")} has ended`);
    });
    return (await Promise.race([once(child, "message"), end]))[0] as T;
  };
  return {
    pid: pidOf(child),
    heard,
    ask(message) {
      const answer = heard<never>();
      child.send(message);
      return answer;
    },
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function pidOf({ pid, spawnfile }: ChildProcess): number {
  if (pid === undefined) throw new Error(`${spawnfile} could not be started`);
  return pid;
}

/** Starts a TypeScript file of this folder. */
export function startOwn(file: string, args: readonly string[], core: number | null): Child {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return startProgram(process.execPath, ["--import", "tsx", path, ...args], { core });
}
