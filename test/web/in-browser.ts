import { existsSync } from "node:fs";
import { CHROMIUM } from "./browser.ts";

const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) {
  process.stderr.write(
    `The tests of the operator's page are skipped: there is no ${CHROMIUM}. CHROMIUM may name another browser.\n`,
  );
}

/** Tests that need a browser; skipped where there is none. */
export const inBrowser = hasBrowser ? describe : describe.skip;
