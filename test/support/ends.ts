import { stopTestPostgres } from "./postgres.ts";

/** How long the suite may take to end once its last test has ended, in milliseconds. */
const GRACE = Number(process.env["MOCHA_GRACE"] ?? 30_000);

// A worker of mocha is asked to exit, and terminated a second later. It exits in either case, so that what is to be done at its
// exit is done.
if (process.env["MOCHA_WORKER_ID"] !== undefined) process.once("SIGTERM", () => process.exit());

/**
 * Mocha's global teardown: the suite ends by itself. A test that failed may have left a server or a socket open, which
 * would keep the process for ever. Then this says what is open, and the suite has failed.
 */
export async function mochaGlobalTeardown(): Promise<void> {
  await stopTestPostgres();
  // Not referenced: a process that has nothing open ends at once.
  setTimeout(() => {
    process.stderr.write(`Tests left open: ${process.getActiveResourcesInfo().join(", ")}\n`);
    process.once("exit", () => (process.exitCode ||= 1));
    process.exit();
  }, GRACE).unref();
}
