import { expect } from "chai";
import type { Page } from "playwright-core";
import { until } from "../support/until.ts";
import { type OpenBrowser, openBrowser } from "./browser.ts";
import { inBrowser } from "./in-browser.ts";
import { type Story, startStory } from "./story.ts";

inBrowser("the operator's page, as things happen,", () => {
  let story: Story;
  let browser: OpenBrowser;
  let page: Page;
  before(async () => {
    [story, browser] = await Promise.all([startStory(), openBrowser()]);
    await story.create("ab");
  });
  after(async () => {
    await browser?.close();
    await story?.stop();
  });
  beforeEach(async () => {
    ({ page } = await browser.open(`${story.gateway.adminUrl}/#/runs`));
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("link", { name: "reject-short-titles" }).first().waitFor();
  });
  afterEach(() => page.context().close());

  const rows = () => page.locator(".run-row:not(.head)");

  it("shows a new run at the top of the list by itself", async () => {
    await story.byHand("echo", { data: "hello" });
    await until(async () => (await rows().first().textContent())?.includes("echo") ?? false);
    await rows().first().getByText("succeeded").waitFor();
  });

  it("holds new runs back while the list is narrowed, and shows them when asked", async () => {
    await page.getByRole("combobox", { name: "Workflow" }).selectOption("weigh");
    await page.getByRole("heading", { name: "No run fits these filters" }).waitFor();
    await story.byHand("echo", { data: "other" });
    await story.byHand("weigh", { data: { grams: 1 } });
    await page.getByRole("button", { name: "1 new run" }).click();
    await page.getByRole("link", { name: "weigh" }).waitFor();
    expect(await rows().count()).to.equal(1);
  });

  it("shows how a waiting run goes on when it is resumed, without being asked again", async () => {
    await story.trigger("restock");
    await page.getByRole("link", { name: "restock" }).click();
    await page.getByRole("button", { name: "Resume…" }).click();
    const dialog = page.getByRole("dialog", { name: "Resume this run?" });
    await dialog.getByText("it goes on at once").waitFor();
    await dialog.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("heading", { name: "restock succeeded" }).waitFor();
    await page.getByRole("group", { name: "The output" }).waitFor();
    await page.getByRole("link", { name: "weigh" }).waitFor();
  });

  it("tells how the gateway is, and how the runs of the last hour went", async () => {
    await page.getByText("queue empty").waitFor();
    const hour = page.getByRole("region", { name: "Runs of the last hour", exact: true });
    await hour.getByRole("link", { name: "failed" }).click();
    await page.getByRole("link", { name: "reject-short-titles" }).waitFor();
    expect(new URL(page.url()).hash).to.equal("#/runs?status=failed&last=1h");
  });

  it("has a workflow's trigger in words, its steps, its numbers and its YAML, and runs it by hand", async () => {
    await page.goto(`${story.gateway.adminUrl}/#/workflow/echo`);
    await page.getByText("When a subflow step of another workflow runs it.").waitFor();
    await page.getByRole("group", { name: "The workflow as it is written" }).waitFor();
    await page.getByRole("button", { name: "Run by hand…" }).click();
    const dialog = page.getByRole("dialog", { name: "Run echo by hand?" });
    await dialog.getByRole("textbox").fill('{ "data": 1234567890123456789 }');
    await dialog.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("heading", { name: "echo succeeded" }).waitFor();
    await page
      .getByRole("group", { name: "The output" })
      .getByText("1234567890123456789")
      .waitFor();
  });

  it("shows a changed request as the difference of what came and what was forwarded", async () => {
    await story.create("A new day");
    await page.getByRole("link", { name: "complete-posts" }).click();
    const diff = page.getByRole("group", { name: "The request before and after the run" });
    await diff.getByText("a-new-day").waitFor();
    expect(await diff.locator('[data-mark="+"]').count()).to.be.above(0);
  });
});
