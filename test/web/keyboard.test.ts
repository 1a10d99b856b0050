import { expect } from "chai";
import type { Page } from "playwright-core";
import { type OpenBrowser, openBrowser } from "./browser.ts";
import { inBrowser } from "./in-browser.ts";
import { type Story, startStory } from "./story.ts";

inBrowser("the operator's page, by keyboard alone,", () => {
  let story: Story;
  let browser: OpenBrowser;
  let page: Page;
  before(async () => {
    [story, browser] = await Promise.all([startStory(), openBrowser()]);
    await story.create("ab");
    ({ page } = await browser.open(story.gateway.adminUrl));
    await page.getByRole("link", { name: "reject-short-titles" }).waitFor();
  });
  after(async () => {
    await browser?.close();
    await story?.stop();
  });

  const focused = () => page.locator(":focus");
  /** Presses Tab until something has the focus; each key is a step of the reader's. */
  const tabTo = async (name: RegExp) => {
    const passed: string[] = [];
    for (let keys = 0; keys < 40; keys++) {
      await page.keyboard.press("Tab");
      const text = (await focused().textContent()) ?? "";
      passed.push(text);
      if (name.test(text)) return;
    }
    expect.fail(`the focus never came to ${name}; it passed ${passed.join(" | ")}`);
  };

  it("leads from the top to a run, its steps and its replay, and back, always with a focus that can be seen", async () => {
    await page.keyboard.press("Tab");
    expect(await focused().textContent()).to.equal("Skip to the content");
    await page.keyboard.press("Enter");
    await tabTo(/^reject-short-titles$/);
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).to.equal(
      "solid",
    );
    await page.keyboard.press("Enter");

    const heading = page.getByRole("heading", { name: "reject-short-titles failed" });
    await heading.waitFor();
    await tabTo(/long_enough/);
    await page.keyboard.press("Enter");
    await page
      .getByRole("complementary", { name: "Step long_enough" })
      .and(page.locator(":focus"))
      .waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "long_enough" }).and(page.locator(":focus")).waitFor();

    await page.getByRole("button", { name: "Replay…" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Replay this run?" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await focused().textContent()).to.contain("Replay…");
    expect(await story.gateway.runs()).to.have.length(1);
  });
});
