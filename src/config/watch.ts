import { setTimeout as sleep } from "node:timers/promises";
import type { Sources } from "../model/sources.ts";
import { marksNow, marksRead } from "./reading.ts";

/** How long to wait between two looks at the files, in milliseconds. */
const EVERY = 300;

/** A look that takes long is followed by a pause that is this many times as long. */
const SHARE = 20;

/**
 * Calls `changed` when the files of the configuration have changed and are no longer being written: two looks see the same.
 * It looks, and does not ask the system to tell: so it sees files that are replaced by renaming, links that are turned (a
 * Kubernetes ConfigMap), new files that a pattern names, and files on a network.
 * @param sources those that were read last
 * @param signal ends it
 */
export async function watchSources(
  sources: () => Sources,
  changed: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  let before: string | null = null;
  for (let pause = EVERY; await rested(pause, signal);) {
    const begun = performance.now();
    const now = await marksNow(sources());
    pause = Math.max(EVERY, SHARE * (performance.now() - begun));
    if (now === before && now !== marksRead(sources())) await changed();
    before = now;
  }
}

/** Waits; false when the signal was aborted. */
const rested = (pause: number, signal: AbortSignal): Promise<boolean> =>
  sleep(pause, true, { signal }).catch(() => false);
