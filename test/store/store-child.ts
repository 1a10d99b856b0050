import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Claim } from "../../src/model/queue.ts";

/** What a child says once it is committed. */
export type Report =
  | { readonly begun: string }
  | { readonly accepted: string; readonly ids: readonly string[]; readonly intent: string }
  | { readonly refused: string; readonly ready: boolean }
  | { readonly claimed: Omit<Claim, "redact"> }
  | { readonly stepped: string; readonly path: string }
  | { readonly ended: string };

/** Another process that works with a store, and what it has told so far. */
export interface StoreChild {
  readonly reports: Report[];
  /** Resolves when it has told so much, or has nothing more to tell. */
  until(enough: (reports: readonly Report[]) => boolean): Promise<void>;
  /** Kills it, as `kill -9` does. */
  kill(): Promise<void>;
}

const program = fileURLToPath(new URL("./child.ts", import.meta.url));

/** Starts `child.ts`. @param before what the shell does first: `ulimit -f 1000` */
export function startChild(args: readonly string[], before = ":"): StoreChild {
  const command = [process.execPath, "--import", "tsx", program, ...args];
  const child = spawn("sh", ["-c", `${before}; exec "$0" "$@"`, ...command], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    serialization: "advanced",
  });
  return storeChild(child);
}

function storeChild(child: ChildProcess): StoreChild {
  const reports: Report[] = [];
  child.on("message", (message) => void reports.push(message as Report));
  const exited = once(child, "exit");
  return {
    reports,
    async until(enough) {
      while (!enough(reports) && child.exitCode === null && child.signalCode === null) {
        await Promise.race([once(child, "message"), exited]);
      }
    },
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await exited;
    },
  };
}
