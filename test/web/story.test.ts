import { expect } from "chai";
import type { Page } from "playwright-core";
import { type OpenBrowser, openBrowser } from "./browser.ts";
import { inBrowser } from "./in-browser.ts";
import { type Story, startStory } from "./story.ts";

inBrowser("the operator's page, in a browser,", () => {
  let story: Story;
  let browser: OpenBrowser;
  let page: Page;
  before(async () => {
    [story, browser] = await Promise.all([startStory(), openBrowser()]);
    await story.create("ab");
    await story.create("A new day");
    await story.create("Moving on", "announce");
    await story.updateLost();
  });
  after(async () => {
    await browser?.close();
    await story?.stop();
  });
  beforeEach(async () => {
    ({ page } = await browser.open(story.gateway.adminUrl));
  });
  afterEach(() => page.context().close());

  const row = (...texts: string[]) =>
    texts.reduce((rows, text) => rows.filter({ hasText: text }), page.getByRole("row"));
  const open = (...texts: string[]) =>
    row(...texts)
      .last()
      .getByRole("link")
      .click();

  it("tells of a refused run, and which step refused it", async () => {
    await open("failed", "reject-short-titles");
    await page.getByRole("heading", { name: "reject-short-titles failed" }).waitFor();
    await page
      .getByRole("list", { name: "Messages" })
      .getByText("Title 'ab' is too short")
      .waitFor();
    await page
      .getByRole("region", { name: "then" })
      .getByRole("button", { name: "failed" })
      .waitFor();
    const other = page.getByRole("region", { name: "else" });
    expect(await other.getByRole("button").textContent()).to.contain("not taken");
  });

  it("tells of a changed request what came and what was forwarded", async () => {
    await open("succeeded", "complete-posts");
    await page.getByRole("button", { name: "complete" }).click();
    const details = page.getByRole("complementary", { name: "Step complete" });
    await details.getByRole("group", { name: "Input" }).getByText("a-new-day").waitFor();
  });

  it("tells of a failed run each attempt, and what the service answered", async () => {
    await open("errored", "announce");
    await page.getByRole("heading", { name: "What went wrong" }).waitFor();
    await page.getByRole("button", { name: "mail", exact: true }).click();
    const details = page.getByRole("complementary", { name: "Step mail" });
    await details
      .getByRole("region", { name: "Attempt 3" })
      .getByText("answered 503")
      .first()
      .waitFor();
    expect(await details.getByRole("region", { name: /^Attempt/ }).count()).to.equal(3);
    await page.getByRole("group", { name: "The curl command" }).getByText("$TOKEN").waitFor();
  });

  it("replays an unconfirmed run after it has said what that does, and shows the new run", async () => {
    await open("unconfirmed", "audit");
    await page.getByRole("button", { name: "Replay…" }).click();
    const dialog = page.getByRole("dialog", { name: "Replay this run?" });
    await dialog.getByText("This run is then dismissed").waitFor();
    await dialog.getByRole("button", { name: "Replay" }).click();
    await page.getByRole("heading", { name: "Related runs" }).waitFor();
    await page.getByText("It is a replay of").waitFor();
    const [replay, lost] = (await story.gateway.runs()).filter(
      ({ workflow }) => workflow === "audit",
    );
    expect([lost?.status, lost?.replayedAs]).to.deep.equal(["dismissed", replay?.id]);
    expect(replay?.replayOf).to.equal(lost?.id);
  });
});
