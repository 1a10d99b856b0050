import { expect } from "chai";
import { type OpenBrowser, openBrowser } from "./browser.ts";
import { inBrowser } from "./in-browser.ts";
import { type Story, startStory } from "./story.ts";

/** Headers of a user with a password. */
const sign = (password: string) => ({ Authorization: `Basic ${btoa(`ann:${password}`)}` });

inBrowser("the operator's page, on all of its views,", () => {
  let story: Story;
  let browser: OpenBrowser;
  before(async () => {
    [story, browser] = await Promise.all([startStory(), openBrowser()]);
    await story.create("ab");
    await story.create("A new day");
    await story.updateLost();
    await story.trigger("restock");
  });
  after(async () => {
    await browser?.close();
    await story?.stop();
  });

  const runs = async () => story.gateway.runs();

  it("keeps to its own policy, asks nothing but its own gateway, and complains of nothing", async () => {
    const { page, complaints } = await browser.open(story.gateway.adminUrl);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).origin));
    await page.getByRole("link", { name: "restock" }).waitFor();
    for (const { id } of await runs()) {
      await page.goto(`${story.gateway.adminUrl}/#/run/${id}`);
      await page.getByRole("heading", { name: "Steps" }).waitFor();
      await page.getByText(id).first().waitFor();
    }
    await page.goto(`${story.gateway.adminUrl}/#/workflows`);
    await page.getByRole("link", { name: "Titles need three letters" }).click();
    await page.getByRole("heading", { name: "YAML" }).waitFor();
    await page.getByRole("button", { name: "Run by hand…" }).click();
    await page.getByRole("dialog").waitFor();
    expect(complaints).to.deep.equal([]);
    expect([...new Set(asked)]).to.deep.equal([story.gateway.adminUrl]);
    await page.context().close();
  });

  it("fits on a phone: nothing is wider than the screen", async () => {
    const viewport = { width: 360, height: 740 };
    const { page } = await browser.open(story.gateway.adminUrl, {
      viewport,
      hasTouch: true,
      isMobile: true,
    });
    const isWide = async () =>
      page.evaluate<boolean>(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth",
      );
    await page.getByRole("link", { name: "restock" }).waitFor();
    expect(await isWide(), "the runs").to.equal(false);
    for (const { id, workflow, steps } of await runs()) {
      await page.goto(`${story.gateway.adminUrl}/#/run/${id}?step=${steps[0]?.path ?? ""}`);
      await page.getByText(id).first().waitFor();
      expect(await isWide(), workflow).to.equal(false);
    }
    await page.goto(`${story.gateway.adminUrl}/#/workflows`);
    await page.getByRole("link", { name: "Titles need three letters" }).waitFor();
    expect(await isWide(), "the workflows").to.equal(false);
    await page.context().close();
  });

  it("is dark where the reader's system is", async () => {
    const grounds = [];
    for (const colorScheme of ["light", "dark"] as const) {
      const { page } = await browser.open(story.gateway.adminUrl, { colorScheme });
      grounds.push(await page.evaluate<string>("getComputedStyle(document.body).backgroundColor"));
      await page.context().close();
    }
    const [light = 0, dark = 255] = grounds.map((colour) => Number(/\d+/.exec(colour)?.[0]));
    expect(light).to.be.above(200);
    expect(dark).to.be.below(60);
  });

  it("says that the reader is signed out, and asks no more", async () => {
    const users = await startStory({ admin: "admin: { port: 0, users: { ann: secret } }" });
    // Once the header is wrong, the browser asks the reader, who does not know the new password.
    const httpCredentials = { username: "ann", password: "forgotten" };
    const options = { extraHTTPHeaders: sign("secret"), httpCredentials };
    const { page } = await browser.open(users.gateway.adminUrl, options);
    await page.getByRole("heading", { name: "No run yet" }).waitFor();
    await page.context().setExtraHTTPHeaders(sign("changed"));
    await page.getByRole("navigation").getByRole("link", { name: "Workflows" }).click();
    await page.getByRole("heading", { name: "You are signed out" }).waitFor();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await page.context().close();
    await users.stop();
  });
});
