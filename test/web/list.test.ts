import { expect } from "chai";
import type { Page } from "playwright-core";
import { until } from "../support/until.ts";
import { type OpenBrowser, openBrowser } from "./browser.ts";
import { inBrowser } from "./in-browser.ts";
import { type Story, startStory } from "./story.ts";

inBrowser("the list of runs, in a browser,", () => {
  let story: Story;
  let browser: OpenBrowser;
  let page: Page;
  before(async () => {
    [story, browser] = await Promise.all([startStory(), openBrowser()]);
    await story.create("ab");
    await story.create("Moving on", "announce");
    await until(async () =>
      (await story.gateway.runs()).some(({ status }) => status === "errored"),
    );
  });
  after(async () => {
    await browser?.close();
    await story?.stop();
  });
  beforeEach(async () => {
    ({ page } = await browser.open(`${story.gateway.adminUrl}/#/runs`));
    await page.getByRole("link", { name: "announce" }).waitFor();
  });
  afterEach(() => page.context().close());

  const rows = () => page.locator(".run-row:not(.head)");
  const listed = async (texts: string[]) => {
    await until(async () => (await rows().count()) === texts.length);
    expect(await rows().getByRole("link").allTextContents()).to.deep.equal(texts);
  };

  it("is narrowed by status, and its address shows the same to a colleague", async () => {
    await page.getByRole("combobox", { name: "Status" }).selectOption("failed");
    await listed(["reject-short-titles"]);
    const { page: colleague } = await browser.open(page.url());
    await colleague.getByRole("link", { name: "reject-short-titles" }).waitFor();
    expect(await colleague.getByRole("combobox", { name: "Status" }).inputValue()).to.equal(
      "failed",
    );
    expect(await colleague.getByRole("link", { name: "announce" }).count()).to.equal(0);
    await colleague.context().close();
  });

  it("is narrowed by trigger, workflow, time and a text of the error, and by nothing again", async () => {
    await page.getByRole("combobox", { name: "Trigger" }).selectOption("post-action");
    await listed(["announce"]);
    await page.getByRole("combobox", { name: "Trigger" }).selectOption("");
    await page.getByRole("searchbox", { name: "Error" }).fill("ANSWERED 503");
    await listed(["announce"]);
    await page.getByRole("combobox", { name: "Began" }).selectOption("15m");
    await page.getByRole("combobox", { name: "Workflow" }).selectOption("reject-short-titles");
    await page.getByRole("heading", { name: "No run fits these filters" }).waitFor();
    expect(new URL(page.url()).hash).to.equal(
      "#/runs?workflow=reject-short-titles&error=ANSWERED+503&last=15m",
    );
    await page.getByRole("button", { name: "Clear filters" }).click();
    await until(async () => (await rows().count()) === 4);
  });

  it("has several unconfirmed runs dismissed at once, after it has said what that does", async () => {
    await story.updateLost();
    await story.updateLost();
    await page.reload();
    await page
      .getByLabel(/^Select the run of audit/)
      .first()
      .check();
    await page.getByText("1 of 2 unconfirmed runs selected").waitFor();
    await page.getByRole("button", { name: "Select all 2" }).click();
    await page.getByRole("button", { name: "Dismiss…" }).click();
    const dialog = page.getByRole("dialog", { name: "Dismiss 2 unconfirmed runs?" });
    await dialog.getByText("Nothing is run, neither now nor later").waitFor();
    await dialog.getByRole("button", { name: "Dismiss" }).click();
    await dialog.waitFor({ state: "detached" });
    await page
      .getByLabel(/^Select the run of audit/)
      .first()
      .waitFor({ state: "detached" });
    const statuses = (await story.gateway.runs()).map(({ status }) => status);
    expect(statuses.filter((status) => status === "dismissed")).to.have.length(2);
  });
});
