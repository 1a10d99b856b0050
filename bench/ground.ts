import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Child, startOwn } from "./child.ts";
import type { Contestant, Running } from "./contestants.ts";
import { chooseCores } from "./cores.ts";

/** What a bench stands on: an upstream, a load generator, and contestants that are started when they are needed. */
export interface Ground {
  /** The core of whoever is measured; null: any. */
  readonly core: number | null;
  /** Which core is whose, or why none is, for the reader of the figures. */
  readonly cores: string;
  readonly generator: Child;
  /** Starts a contestant. One that is the same kind of the same name is started once: idle it costs next to nothing. */
  start(contestant: Contestant): Promise<Running>;
  /** Ends all that was started, and takes its files away. */
  clear(): Promise<void>;
}

/** Chooses the cores, and starts the upstream and the generator. */
export async function openGround(): Promise<Ground> {
  const { measured: core, others, warning } = chooseCores();
  const folder = mkdtempSync(join(tmpdir(), "sidehook-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  process.once("SIGINT", () => process.exit(1)).once("SIGTERM", () => process.exit(1));
  const upstream = startOwn("upstream.ts", [], others);
  const generator = startOwn("load.ts", [], others);
  const { url } = await upstream.heard<{ url: string }>();
  const running = new Map<string, Running>();
  return {
    core,
    cores: warning ?? `The measured process has core ${core}, all others have core ${others}.`,
    generator,
    async start(contestant) {
      const there = running.get(contestant.key);
      if (there) return there;
      const own = join(folder, String(running.size));
      mkdirSync(own);
      const proxy = await contestant.start({ upstream: url, core, folder: own });
      running.set(contestant.key, proxy);
      return proxy;
    },
    async clear() {
      const all = [...running.values(), upstream, generator];
      await Promise.all(all.map((child) => child.stop()));
    },
  };
}
