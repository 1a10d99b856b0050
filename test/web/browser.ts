import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";

/** Debian's chromium, or the browser that the environment names. */
export const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** A browser for the tests of one file. */
export interface OpenBrowser {
  /** A new page in a profile of its own, and what its console said at warning or error. */
  open(url: string, options?: BrowserContextOptions): Promise<{ page: Page; complaints: string[] }>;
  close(): Promise<void>;
}

/** Milliseconds for what never comes; a busy machine takes some of them. */
const BOUND = 50_000;

/** Starts a browser without a window. */
export async function openBrowser(): Promise<OpenBrowser> {
  const root = process.getuid?.() === 0;
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: root ? ["--no-sandbox"] : [],
    timeout: BOUND,
  });
  return {
    async open(url, options) {
      const context = await browser.newContext({ reducedMotion: "reduce", ...options });
      context.setDefaultTimeout(BOUND);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (["warning", "error"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", ({ message }) => complaints.push(message));
      await page.goto(url);
      return { page, complaints };
    },
    close: () => browser.close(),
  };
}
