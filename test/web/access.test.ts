import axe from "axe-core";
import { expect } from "chai";
import type { Locator, Page } from "playwright-core";
import { type OpenBrowser, openBrowser } from "./browser.ts";
import { inBrowser } from "./in-browser.ts";
import { type Story, startStory } from "./story.ts";

inBrowser("the operator's page, for those who use no mouse or see it otherwise,", () => {
  let story: Story;
  let browser: OpenBrowser;
  before(async () => {
    [story, browser] = await Promise.all([startStory(), openBrowser()]);
    await story.create("ab");
    await story.updateLost();
    await story.trigger("restock");
  });
  after(async () => {
    await browser?.close();
    await story?.stop();
  });

  const runOf = async (workflow: string) =>
    (await story.gateway.runs()).find((run) => run.workflow === workflow)?.id;

  for (const colorScheme of ["light", "dark"] as const) {
    it(`meets the rules that axe can check, on every view, in the ${colorScheme}`, async () => {
      const { page } = await browser.open(story.gateway.adminUrl, { colorScheme });
      const show = async (hash: string, ready: Locator) => {
        await page.goto(`${story.gateway.adminUrl}/#${hash}`);
        await ready.first().waitFor();
        expect(await violations(page), hash).to.deep.equal([]);
      };
      await show("/runs", page.getByRole("link", { name: "restock" }));
      await show(
        `/run/${await runOf("restock")}?step=shelves`,
        page.getByRole("heading", { name: "In the workflow" }),
      );
      await show(
        `/run/${await runOf("reject-short-titles")}`,
        page.getByRole("heading", { name: "Send the request" }),
      );
      await show("/workflows", page.getByRole("link", { name: "Titles need" }));
      await page.context().close();
    });
  }
});

/** The rules that a view breaks, with the first element that does. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations: broken } = await page.evaluate<axe.AxeResults>("axe.run()");
  return broken.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html}`);
}
