import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of this bench, and a way to ask it. */
export interface Child {
  /** Sends a message and gives the next one that comes back. */
  ask<T>(message: object): Promise<T>;
  stop(): void;
}

/** Starts a file of this folder. */
export function start(file: string, ...args: string[]): Child & { readonly process: ChildProcess } {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, args, {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return {
    process: child,
    async ask<T>(message: object) {
      const answer = once(child, "message");
      child.send(message);
      return (await answer)[0] as T;
    },
    stop: () => void child.kill(),
  };
}

/** Starts a file that tells where it listens. */
export async function startListening(
  file: string,
  ...args: string[]
): Promise<Child & { readonly url: string }> {
  const child = start(file, ...args);
  const [{ url }] = (await once(child.process, "message")) as [{ url: string }];
  return { ...child, url };
}
