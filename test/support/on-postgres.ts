import type { Suite } from "mocha";
import { NO_POSTGRES, type TestPostgres, testPostgres } from "./postgres.ts";

const server = await testPostgres();

/** Describes something that needs Postgres. Where there is none, a skipped test says so. */
export function onPostgres(
  title: string,
  tests: (this: Suite, server: TestPostgres) => void,
): void {
  if (server === null) return void it.skip(`${title} (${NO_POSTGRES})`);
  describe(title, function () {
    tests.call(this, server);
  });
}
