import { expect } from "chai";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { until } from "../support/until.ts";
import { type TestUpstream, startUpstream } from "../support/upstream.ts";

onBothStores("the link that resumes a run", () => {
  let upstream: TestUpstream;
  let gateway: TestGateway;

  before(async () => {
    upstream = await startUpstream();
    gateway = await startTestGateway(workflowsOf(upstream.url), { upstream });
  });
  after(() => gateway.stop());

  /** Creates a record; gives the link in the mail of its run, once the run waits, and the id of the run. */
  async function asked(
    collection: string,
  ): Promise<{ readonly link: string; readonly run: string }> {
    const before = mails().length;
    await fetch(`${gateway.url}/${collection}`, { method: "POST" });
    await until(async () => mails().length > before && (await runs())[0]?.status === "waiting");
    return { link: mails().at(-1) ?? "", run: (await runs())[0]?.id ?? "" };
  }
  const runs = () => gateway.runs();
  const runOf = async (id: string) => (await runs()).find((run) => run.id === id);
  const mails = () =>
    upstream.asked
      .filter(({ url }) => url === "/mails")
      .map(({ body }) => (JSON.parse(body.toString()) as { link: string }).link);

  it("goes on with what was sent, once: a second answer is told of the first", async () => {
    const { link, run } = await asked("posts");
    expect(link).to.match(/^http:\/\/127\.0\.0\.1:\d+\/workflows:resume\/swr1\.[\w.-]+$/);
    const answers = await Promise.all([
      post(link, { choice: "approve", note: "good" }),
      post(link, { choice: "approve" }),
    ]);
    expect(answers.map(({ status }) => status)).to.have.members([200, 409]);
    await until(async () => (await runOf(run))?.status === "succeeded");
    expect((await runOf(run))?.output).to.include({ choice: "approve", by: "link" });
    const late = await post(link, { choice: "reject" });
    expect(late.status).to.equal(409);
    expect(await late.text()).to.include("answered already: approve");
    expect(upstream.lines().filter((line) => line.includes("resume"))).to.deep.equal([]);
  });

  it("a choice that is not one of those asked is refused, and they are told", async () => {
    const { link, run } = await asked("posts");
    for (const body of [{}, { choice: "maybe" }]) {
      const refused = await post(link, body);
      expect(refused.status).to.equal(400);
      expect(await refused.text()).to.include("approve, reject");
    }
    expect((await runOf(run))?.status).to.equal("waiting");
  });

  it("a mail scanner that follows it decides nothing, and a title is no way to put markup on the page", async () => {
    const { link, run } = await asked("posts");
    const page = await fetch(link);
    expect(page.status).to.equal(200);
    expect(page.headers.get("content-security-policy")).to.include("default-src 'none'");
    expect(page.headers.get("cache-control")).to.equal("no-store");
    expect(page.headers.get("referrer-policy")).to.equal("no-referrer");
    const html = await page.text();
    expect(html).to.include("&lt;script&gt;").and.not.include("<script>");
    expect(html).to.include('<button name="choice" value="approve">');
    expect((await fetch(link, { method: "HEAD" })).status).to.equal(200);
    expect((await runOf(run))?.status).to.equal("waiting");
    const form = await fetch(link, {
      method: "POST",
      body: new URLSearchParams({ choice: "reject" }),
    });
    expect(form.status).to.equal(200);
    await until(async () => (await runOf(run))?.status === "succeeded");
  });

  it("a forged token, one that was changed, and one of another run's signature are refused", async () => {
    const { link, run } = await asked("posts");
    const other = await asked("posts");
    const [head = "", , mac] = link.split(/\.(?=[^.]+\.?[^.]*$)/);
    const otherBody = other.link.split(".").at(-2) ?? "";
    const forged = [
      `${gateway.url}/workflows:resume/x`,
      `${gateway.url}/workflows:resume/swr1.e30.AAAA`,
      link.slice(0, -3),
      `${head.split("swr1")[0]}swr1.${otherBody}.${mac ?? link.split(".").at(-1)}`,
    ];
    for (const url of forged) expect((await post(url, { choice: "approve" })).status).to.equal(403);
    expect((await runOf(run))?.status).to.equal("waiting");
  });

  it("is not shown in the history of the run", async () => {
    const { run } = await asked("posts");
    const shown = JSON.stringify(await runOf(run));
    expect(shown).to.include("workflows:resume/[redacted]").and.not.include("swr1.");
  });

  it("an expired one is told so, and the run has ended as its step says", async () => {
    const before = mails().length;
    await fetch(`${gateway.url}/quick`, { method: "POST" });
    await until(async () => mails().length > before && (await runs())[0]?.status === "failed");
    const link = mails().at(-1) ?? "";
    expect((await post(link, {})).status).to.equal(410);
    expect((await fetch(link)).status).to.equal(410);
  });

  it("of a run that was canceled leads nowhere any more", async () => {
    const { link, run } = await asked("posts");
    expect((await post(`${gateway.adminUrl}/runs/${run}/cancel`, {})).status).to.equal(200);
    expect((await post(link, { choice: "approve" })).status).to.equal(410);
  });

  it("the admin port answers in its place, and says who did", async () => {
    const { run } = await asked("posts");
    const address = `${gateway.adminUrl}/runs/${run}/resume`;
    expect((await post(address, { choice: "no" })).status).to.equal(400);
    expect((await post(address, { choice: "approve", body: { a: 1 } })).status).to.equal(200);
    await until(async () => (await runOf(run))?.status === "succeeded");
    const { at, ...output } = ((await runOf(run))?.output ?? {}) as Record<string, unknown>;
    expect(output).to.deep.equal({ choice: "approve", body: { a: 1 }, by: "admin" });
    expect(at).to.be.a("string");
  });
});

const post = (url: string, body: unknown) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

const workflowsOf = (url: string) => `
identity: none
egress: { allow: ["127.0.0.1"] }
workflows:
  approval:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps:
      - { id: mail, type: request, url: "${url}/mails", body: { link: "\${{ resumeUrl('ask') }}" } }
      - { id: ask, type: wait, title: "<script>alert(1)</script>", choices: [approve, reject], for: 7d, then: fail }
      - { type: output, value: "\${{ steps.ask }}" }
  quick:
    trigger: { type: post-action, collection: quick, global: true, actions: [create] }
    steps:
      - { type: request, url: "${url}/mails", body: { link: "\${{ resumeUrl('ask') }}" } }
      - { id: ask, type: wait, for: 10ms, then: fail }
`;
