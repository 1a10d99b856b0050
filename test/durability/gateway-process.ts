import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { RunDetail, RunPage, RunSummary } from "../../src/model/history.ts";

/** A gateway in a process of its own, that a test may kill. */
export interface GatewayProcess {
  readonly url: string;
  /** SIGKILL; resolves when it is dead. */
  kill(): Promise<void>;
  /** SIGSTOP: it stands still, and does not know. */
  pause(): void;
  /** SIGCONT: it goes on. */
  goOn(): void;
  /** SIGTERM; gives its exit code. */
  stop(): Promise<number | null>;
  /** All runs of some status, or all there are, newest first. */
  runs(status?: string): Promise<RunSummary[]>;
  run(id: string): Promise<RunDetail>;
}

const BIN = fileURLToPath(new URL("../../bin/sidehook.js", import.meta.url));

/**
 * Starts the built gateway and waits until it serves.
 * @param bin another build's executable
 * @param errors what becomes of what it says of its troubles
 */
export async function startGatewayProcess(
  config: string,
  bin = BIN,
  errors: "inherit" | "ignore" = "inherit",
): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [bin, "start", "--config", config], {
    stdio: ["ignore", "pipe", errors],
  });
  const { url, adminUrl } = await addressesOf(child);
  const exited = once(child, "exit") as Promise<[number | null]>;
  const get = async (path: string) => (await fetch(adminUrl + path)).json();
  return {
    url,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    pause: () => void child.kill("SIGSTOP"),
    goOn: () => void child.kill("SIGCONT"),
    async stop() {
      child.kill("SIGTERM");
      const [code] = await exited;
      return code;
    },
    async runs(status) {
      const all: RunSummary[] = [];
      const wanted = status === undefined ? "" : `&status=${status}`;
      for (let before = ""; ;) {
        const { runs, next } = (await get(`/runs?limit=500${wanted}${before}`)) as RunPage;
        all.push(...runs);
        if (next === null) return all;
        before = `&before=${next}`;
      }
    },
    run: (id) => get(`/runs/${id}`) as Promise<RunDetail>,
  };
}

async function addressesOf(child: ChildProcess): Promise<{ url: string; adminUrl: string }> {
  if (child.stdout === null) throw new Error("the gateway has no output");
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const [, url, adminUrl] = /listens on (http:\S+) \(admin on (http:\S+)\)/.exec(line) ?? [];
    if (url === undefined || adminUrl === undefined) continue;
    child.stdout.resume();
    return { url, adminUrl };
  }
  throw new Error("the gateway ended before it served");
}
