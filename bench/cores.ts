import { spawnSync } from "node:child_process";

/** Where processes of the bench run: the measured one alone on a core, all others on another. Null: where they like. */
export interface Cores {
  readonly measured: number | null;
  readonly others: number | null;
  /** What is not as it should be, for the reader of the figures; null when all is well. */
  readonly warning: string | null;
}

/** Chooses two cores that this process may use, and puts this process and its children on the second. */
export function chooseCores(): Cores {
  const { stdout, status } = spawnSync("taskset", ["-cp", String(process.pid)], {
    encoding: "utf8",
  });
  if (status !== 0) {
    return free(
      "There is no taskset here: the processes share their cores, which shifts all figures.",
    );
  }
  const [measured, others] = coresIn(stdout.trim().split(" ").at(-1) ?? "");
  if (measured === undefined || others === undefined) {
    return free("There is one core here: the processes share it, which shifts all figures.");
  }
  spawnSync("taskset", ["-a", "-cp", String(others), String(process.pid)]);
  return { measured, others, warning: null };
}

const free = (warning: string): Cores => ({ measured: null, others: null, warning });

/** The numbers in a list of the kernel: `0-2,5` → 0, 1, 2, 5. */
function coresIn(list: string): number[] {
  return list.split(",").flatMap((range) => {
    const [first = NaN, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
