import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Microseconds of CPU that a process has used, all its threads together; NaN where the system does not tell (no /proc). */
export function cpuOf(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.reduce((sum, thread) => sum + cpuOfThread(pid, thread), 0) / 1_000;
  } catch {
    return NaN;
  }
}

/** Nanoseconds; 0 for a thread that has just ended. */
function cpuOfThread(pid: number, thread: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  } catch {
    return 0;
  }
}

/** The memory of a process in MB (RSS); NaN where the system does not tell. */
export function memoryOf(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kilobytes) / 1_024;
  } catch {
    return NaN;
  }
}

/** Microseconds that a core has been busy since the machine was started, in steps of 10 ms; NaN where the system does not tell. */
export function busyOf(core: number | null): number {
  try {
    const line = readFileSync("/proc/stat", "utf8").match(new RegExp(`^cpu${core} (.*)$`, "m"));
    const [user = NaN, nice = NaN, system = NaN, , , irq = NaN, softirq = NaN, steal = NaN] =
      line?.[1]?.split(" ").map(Number) ?? [];
    return (user + nice + system + irq + softirq + steal) * 10_000;
  } catch {
    return NaN;
  }
}

/** A process rests when it uses less CPU than this, in microseconds, within one look. */
const AT_REST = 2_000;

/** Time between two looks, in milliseconds. */
const LOOK = 50;

/** How long a process may work on, in milliseconds. */
const PATIENCE = 60_000;

/** Resolves when a process rests: what it has been asked is done, queued runs too. Says when that was. */
export async function restOf(pid: number): Promise<number> {
  const until = performance.now() + PATIENCE;
  let used = cpuOf(pid);
  let rested = performance.now();
  while (rested < until) {
    await sleep(LOOK);
    const now = cpuOf(pid);
    if (!(now - used > AT_REST)) return rested;
    used = now;
    rested = performance.now();
  }
  throw new Error(
    `The process ${pid} is still at work ${PATIENCE / 1_000} s after the last request`,
  );
}
