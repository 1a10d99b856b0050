import { stopTestPostgres } from "./postgres.ts";

/** How long the suite may take to end once its last test has ended, in milliseconds. */
const GRACE = Number(process.env["MOCHA_GRACE"] ?? 30_000);

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
