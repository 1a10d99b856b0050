// Writes the pictures of the operator's page in docs/images: `npm run screenshots`. A real gateway tells the story of the
// tests, and Debian's chromium looks at it.
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import { openBrowser } from "../test/web/browser.ts";
import { startStory } from "../test/web/story.ts";

const images = fileURLToPath(new URL("../docs/images/", import.meta.url));
const wide = { width: 1200, height: 780 };
const phone = { width: 390, height: 780 };

const story = await startStory();
const browser = await openBrowser();
try {
  await story.create("A new day");
  await story.create("ab");
  await story.create("Moving on", "announce");
  await story.updateLost();
  await story.trigger("restock");

  await shoot("runs", "/runs", { viewport: wide }, (page) =>
    page.getByRole("link", { name: "restock" }).waitFor(),
  );
  const restock = `/run/${await runOf("restock")}`;
  await shoot("run", restock, { viewport: wide }, async (page) => {
    await page.getByRole("button", { name: "turn 2" }).click();
    await page.getByRole("heading", { name: "Steps" }).scrollIntoViewIfNeeded();
  });
  const failed = `/run/${await runOf("announce")}?step=mail`;
  const dark = { viewport: wide, colorScheme: "dark" } as const;
  await shoot("failed-dark", failed, dark, (page) =>
    page.getByRole("complementary", { name: "Step mail" }).waitFor(),
  );
  await shoot("phone", "/runs", { viewport: phone, isMobile: true }, (page) =>
    page.getByRole("link", { name: "restock" }).waitFor(),
  );
} finally {
  await browser.close();
  await story.stop();
}

async function shoot(
  name: string,
  hash: string,
  options: BrowserContextOptions,
  ready: (page: Page) => Promise<unknown>,
): Promise<void> {
  const { page } = await browser.open(`${story.gateway.adminUrl}/#${hash}`, options);
  await ready(page);
  await page.screenshot({ path: `${images}${name}.png` });
  await page.context().close();
}

async function runOf(workflow: string): Promise<string> {
  return (await story.gateway.runs()).find((run) => run.workflow === workflow)?.id ?? "";
}
