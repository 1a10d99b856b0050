import { expect } from "chai";
import request, { type Response } from "supertest";
import { onPostgres } from "../support/on-postgres.ts";
import { until } from "../support/until.ts";
import { answerJson } from "../support/upstream.ts";
import { type Instance, type Several, startSeveral } from "./several.ts";

onPostgres("of two gateways on one Postgres", (server) => {
  let several: Several;
  /** Answers of `/slow` that a test gives when it likes, in the order of the requests. */
  const held: ((by: string) => void)[] = [];

  beforeEach(async () => {
    held.splice(0);
    several = await startSeveral(server, workflowsOf("as it was"), {
      answer: (asked, response) => {
        if (asked.url === "/slow") {
          return void held.push((by) => answerJson(response, 200, { by }));
        }
        answerJson(response, asked.method === "POST" ? 201 : 200, { id: 1 });
      },
    });
  });
  afterEach(() => several.stop());

  it("one that stands still for longer than its lease writes nothing afterwards: the other has done its runs", async () => {
    const one = await several.start();
    const id = await slowRun(one);
    const two = await several.start();
    one.signal("SIGSTOP");
    await several.setLease(one, "long ago");
    await until(() => held.length === 2);
    held[1]?.("two");
    const done = await two.ended(id);
    expect(done).to.deep.include({ status: "succeeded", output: "two", attempt: 1 });

    one.signal("SIGCONT");
    held[0]?.("one");
    await request(one.url).get("/posts").expect(200);
    // It ends when the run that it took for its own has.
    expect(await one.stop()).to.include({ code: 0 });
    expect(await two.run(id)).to.deep.equal(done);
    const after = several.upstream.lines().filter((line) => line.startsWith("POST /after"));
    expect(after).to.deep.equal(["POST /after?by=two"]);
    expect(await two.stop()).to.include({ code: 0 });
  });

  it("one that is stopped gives its runs back at once: the other goes on with them, however long its lease is", async () => {
    const one = await several.start();
    const id = await slowRun(one);
    const two = await several.start();
    await several.setLease(one, "in a long time");
    const stopped = one.stop();
    await until(() => held.length === 2);
    held[1]?.("two");
    expect(await two.ended(id)).to.include({ status: "succeeded", output: "two" });
    expect(await stopped).to.include({ code: 0 });
    expect(await two.stop()).to.include({ code: 0 });
  });

  it("one with a newer file goes on with runs of the older as they were defined when they were accepted", async () => {
    const one = await several.start();
    const id = await slowRun(one);
    const two = await several.start(workflowsOf("as it is now"));
    await one.kill();
    await several.setLease(one, "long ago");
    await until(() => held.length === 2);
    held[1]?.("two");
    const run = await two.ended(id);
    expect(run.steps.at(-1)?.result).to.equal("as it was");
  });

  it("each tells in its log, and in a metric, that the other serves another configuration; a reload ends that", async () => {
    const [one, two] = [await several.start(), await several.start(workflowsOf("something else"))];
    const [hash, other] = [await hashOf(one), await hashOf(two)];
    for (const [told, own, theirs, instance] of [
      [one, hash, other, two],
      [two, other, hash, one],
    ] as const) {
      const [line] = await told.running.said(
        /.*"msg":"another instance .* another configuration.*/,
      );
      const fields = JSON.parse(line) as Record<string, unknown>;
      expect(fields).to.include({ level: 40, configuration: own, other: theirs });
      expect(fields["instance"]).to.match(new RegExp(`/${instance.running.process.pid}$`));
      expect(await metric(told, "sidehook_config_differing_instances")).to.equal("1");
    }
    await several.write(two, workflowsOf("as it was"));
    await request(two.adminUrl).post("/reload").send({}).expect(200);
    for (const told of [one, two]) {
      await told.running.said(/"level":30,.*"msg":"another instance .* same configuration again"/);
      expect(await metric(told, "sidehook_config_differing_instances")).to.equal("0");
    }
  });

  /** Has an instance begin a run whose first step takes until it is answered. */
  async function slowRun({ url }: Instance): Promise<string> {
    const answer = await request(url).post("/posts").send({}).expect(201);
    await until(() => held.length === 1);
    return runOf(answer);
  }
});

async function hashOf({ adminUrl }: Instance): Promise<string> {
  const { text } = await request(adminUrl).get("/metrics").expect(200);
  return /sidehook_config_info\{hash="(\w+)"\}/.exec(text)?.[1] ?? "";
}

async function metric({ adminUrl }: Instance, name: string): Promise<string | undefined> {
  const { text } = await request(adminUrl).get("/metrics").expect(200);
  return new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1];
}

/** The id of the run that an answer tells of. */
const runOf = (answer: Response): string =>
  /id="([^"]+)"/.exec(answer.headers["workflow-runs"] as string)?.[1] ?? "";

const workflowsOf = (version: string) => `
identity: none
workflows:
  slowly:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps:
      - { id: slow, type: request, url: UPSTREAM/slow, timeout: 60s }
      - { type: request, method: POST, url: "UPSTREAM/after?by=\${{ steps.slow.data.by }}" }
      - { type: output, value: "\${{ steps.slow.data.by }}" }
      - { type: calculation, value: ${version} }
`;
