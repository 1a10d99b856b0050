import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { eventually } from "../support/eventually.ts";
import { startMailServer } from "../support/mail-server.ts";
import { answerJson, startUpstream } from "../support/upstream.ts";
import { type GatewayProcess, startGatewayProcess } from "./gateway-process.ts";

describe("a step in flight, when the gateway is killed", function () {
  this.timeout(240_000);

  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "sidehook-in-flight-"));
  });
  after(() => rm(folder, { recursive: true }));

  /** Begins a queued run of these steps, kills the gateway when `isReached`, and gives the run as the next one ends it. */
  async function killedIn(
    steps: string,
    isReached: (gateway: GatewayProcess, run: string) => unknown,
    more = "",
  ) {
    const upstream = await startUpstream((_request, response) =>
      answerJson(response, 201, { id: 1 }),
    );
    const config = join(folder, "gateway.yaml");
    await writeFile(config, configOf(upstream.url, steps, more));
    const first = await startGatewayProcess(config);
    const answer = await fetch(`${first.url}/posts`, { method: "POST" });
    expect(answer.status).to.equal(201);
    const run = /id="([^"]+)"/.exec(answer.headers.get("workflow-runs") ?? "")?.[1] ?? "";
    await eventually(() => isReached(first, run));
    await first.kill();
    const second = await startGatewayProcess(config);
    await eventually(async () => expect((await second.run(run)).status).to.equal("succeeded"));
    const ended = await second.run(run);
    await second.stop();
    await upstream.stop();
    return ended;
  }

  it("hands a mail to the server again with the Message-ID that it had", async () => {
    const ids: string[] = [];
    const server = await startMailServer({
      onData(stream, _session, done) {
        let text = "";
        stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
        stream.on("end", () => {
          ids.push(/^message-id:\s*(<[^>]+>)/im.exec(text)?.[1] ?? text);
          // The first is taken, and the gateway never told.
          if (ids.length > 1) done();
        });
      },
    });
    const mail = `mail: { url: "smtp://127.0.0.1:${server.port}", from: shop@example.com }`;
    const step = "{ id: tell, type: mail, to: ada@example.com, subject: One, text: One }";
    const { steps } = await killedIn(step, () => expect(ids).to.have.length(1), mail);
    await server.stop();
    expect(ids).to.deep.equal([ids[0], ids[0]]);
    expect(steps.map(({ path, status, result }) => [path, status, result])).to.deep.equal([
      ["tell", "succeeded", ids[0]],
    ]);
  });

  it("does a script again, at the time at which the run began", async () => {
    const code = "for (let n = 0; n < 3e7; n++); return new Date().toISOString();";
    const step = `{ id: count, type: script, timeout: 3m, code: "${code}" }`;
    const { steps, startedAt } = await killedIn(step, async (gateway, run) =>
      expect((await gateway.run(run)).status).to.equal("running"),
    );
    expect(steps.map(({ path, status, result }) => [path, status, result])).to.deep.equal([
      ["count", "succeeded", startedAt],
    ]);
  });
});

const configOf = (upstream: string, steps: string, more: string) => `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: "${upstream}" }
identity: none
log: { level: error, format: json }
${more}
workflows:
  tell:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps: [${steps}]
`;
