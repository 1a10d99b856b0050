import { expect } from "chai";
import { type OpenBrowser, openBrowser } from "./browser.ts";
import { inBrowser } from "./in-browser.ts";
import { type Story, startStory } from "./story.ts";

/** Texts that would run if the page ever took data for markup or an address. */
const MARKUP = `<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>`;

inBrowser("attacks on the operator's page:", () => {
  let story: Story;
  let browser: OpenBrowser;
  before(async () => {
    [story, browser] = await Promise.all([startStory(), openBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await story?.stop();
  });

  it("markup in the data of a run is shown as it is, and does nothing (cross-site scripting)", async () => {
    await story.create(`a${MARKUP}`);
    await story.byHand("echo", {
      data: MARKUP,
      type: MARKUP,
      [MARKUP]: `javascript:window.attacked=1`,
    });
    const hand = (await story.gateway.runs()).find(({ workflow }) => workflow === "echo");
    const { page } = await browser.open(`${story.gateway.adminUrl}/#/run/${hand?.id}?step=say`);
    await page.getByRole("list", { name: "Messages" }).getByText(MARKUP).waitFor();
    await page.getByRole("group", { name: "The output" }).getByText("onerror").waitFor();
    await page.getByRole("complementary").getByText("onerror").first().waitFor();
    expect(await page.evaluate("window.attacked")).to.equal(undefined);
    expect(await page.locator("main img, main script").count()).to.equal(0);
    await page.context().close();
  });

  it("markup in the address is shown as it is, and does nothing (cross-site scripting)", async () => {
    const hash = encodeURIComponent(MARKUP);
    const { page } = await browser.open(`${story.gateway.adminUrl}/#/workflow/${hash}`);
    await page.getByRole("heading", { name: MARKUP }).waitFor();
    await page.goto(`${story.gateway.adminUrl}/#/runs?status=${hash}`);
    await page.getByRole("heading", { name: "This can't be shown" }).waitFor();
    await page.goto(`${story.gateway.adminUrl}/#/run/..%2Fhealthz`);
    await page.getByRole("heading", { name: "This can't be shown" }).waitFor();
    expect(await page.evaluate("window.attacked")).to.equal(undefined);
    await page.context().close();
  });

  it("a script that gets into the page all the same is not run (its policy forbids inline code)", async () => {
    const { page, complaints } = await browser.open(story.gateway.adminUrl);
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    await page.evaluate(`{
      const script = document.createElement("script");
      try { script.textContent = "window.attacked=1"; } catch {}
      document.body.append(script);
      const button = document.createElement("button");
      try { button.setAttribute("onclick", "window.attacked=1"); } catch {}
      document.body.append(button);
      button.click();
      try { button.innerHTML = "<img src=x onerror='window.attacked=1'>"; } catch {}
    }`);
    expect(await page.evaluate("window.attacked")).to.equal(undefined);
    expect(complaints.join()).to.match(/Content Security Policy|TrustedScript/);
    await page.context().close();
  });
});
