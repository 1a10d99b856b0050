import { expect } from "chai";
import { until } from "../support/until.ts";
import { type OpenBrowser, openBrowser } from "./browser.ts";
import { inBrowser } from "./in-browser.ts";
import { type Story, startStory } from "./story.ts";

const STEPS = 1_000;

inBrowser("the operator's page, where there is much,", () => {
  let story: Story;
  let browser: OpenBrowser;
  before(async () => {
    [story, browser] = await Promise.all([startStory({ more: long() }), openBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await story?.stop();
  });

  const ended = async (workflow: string) => {
    const id = await story.byHand(workflow, {});
    await until(async () => (await story.run(id)).finishedAt !== null);
    return id;
  };

  it("folds a run of 1,000 steps: only some stand in the document, and each can be reached", async () => {
    const id = await ended("thousand");
    const { page } = await browser.open(`${story.gateway.adminUrl}/#/run/${id}`);
    await page.getByRole("button", { name: "Steps 1 to 50 · 50 succeeded" }).waitFor();
    expect(await page.locator(".card").count()).to.equal(50);
    await page.getByRole("button", { name: "Steps 951 to 1000 · 50 succeeded" }).click();
    await page.getByRole("button", { name: "Step number 999" }).waitFor();
    expect(await page.locator(".card").count()).to.equal(100);
    await page.context().close();
  });

  it("folds the 1,000 turns of a loop, and opens the one that erred", async () => {
    const id = await ended("turns");
    const { page } = await browser.open(`${story.gateway.adminUrl}/#/run/${id}`);
    await page.getByRole("button", { name: "turn 1 · 1 succeeded" }).waitFor();
    await page.getByRole("button", { name: "turn 700 · 1 errored" }).waitFor();
    expect(await page.locator(".card").count()).to.be.below(10);
    expect(await page.getByRole("button", { name: /^turn/ }).count()).to.equal(40);
    await page.context().close();
  });

  it("keeps only the rows near the screen in the document, however many runs are listed", async () => {
    const all = 250;
    for (let made = 0; made < all; made++) await story.byHand("echo", { data: made });
    const { page } = await browser.open(story.gateway.adminUrl);
    const rows = page.locator(".run-row:not(.head)");
    await rows.first().waitFor();
    const seen = new Set<string>();
    await until(async () => {
      await page.mouse.wheel(0, 600);
      const links = rows.getByRole("link");
      for (const href of await links.evaluateAll((found) =>
        found.map((one) => one.getAttribute("href")),
      )) {
        if (href !== null) seen.add(href);
      }
      expect(await rows.count()).to.be.below(80);
      return seen.size >= all;
    });
    await page.context().close();
  });
});

/** A workflow of many steps, and one of many turns. */
function long(): string {
  const steps = Array.from(
    { length: STEPS },
    (_one, index) => `      - { type: log, message: "Step number ${index}" }`,
  );
  return `
  thousand:
    trigger: { type: subflow }
    steps:
${steps.join("\n")}
  turns:
    trigger: { type: subflow }
    steps:
      - id: all
        type: loop
        over: "1000"
        onItemError: continue
        steps:
          - { type: calculation, value: "\${{ 1 / (each.index == 699 ? 0 : 1) }}" }
`;
}
