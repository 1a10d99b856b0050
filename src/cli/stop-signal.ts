/** Within this time a second signal is the same Ctrl-C: a terminal and npm both pass it on. In milliseconds. */
const SAME = 1_000;

/** Resolves at the first SIGTERM or SIGINT, with its name. A later one is meant: it ends the process at once, with exit code 1. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | null = null;
    const heard = (signal: NodeJS.Signals) => {
      first ??= performance.now();
      if (performance.now() - first > SAME) process.exit(1);
      resolve(signal);
    };
    for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, heard);
  });
}
