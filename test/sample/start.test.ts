import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Running } from "../support/command.ts";
import { type Clone, addresses, cloneProject } from "./clone.ts";
import { readCurl, send } from "./curl.ts";

describe("npm start", function () {
  this.timeout(120_000);
  let clone: Clone;
  const started: Running[] = [];

  before(async () => (clone = await cloneProject()));
  afterEach(async () => {
    for (const { process } of started) process.kill("SIGTERM");
    await Promise.all(started.splice(0).map(({ ended }) => ended));
  });
  after(() => clone.remove());

  function start(ports?: Readonly<Record<string, string>>): Running {
    const running = clone.start(ports);
    started.push(running);
    return running;
  }

  it("prints curl lines to try, and each does what is said beside it", async () => {
    const [printed] = await start().said(/Try, in another terminal:[^]*What ran: .*\n/);
    const lines = printed.split("\n").filter((line) => line.includes("curl "));
    const did: Record<string, number> = {};
    for (const line of lines) {
      const [, command = "", comment = ""] = /(curl [^#]+)(?:# (.*))?$/.exec(line) ?? [];
      did[comment] = (await send(readCurl(command.trim()))).status;
    }
    expect(did).to.deep.equal({
      refused: 400,
      "changed on its way": 201,
      "ends well, saves nothing": 200,
      "": 200, // what ran
    });
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`stops the gateway and the backend at ${signal}, and exits 0`, async () => {
      const running = start();
      const { gateway, admin, backend } = await addresses(running);
      running.process.kill(signal);
      const { code, stderr } = await running.ended;
      expect([code, stderr]).to.deep.equal([0, ""]);
      const left = await Promise.all([gateway, admin, backend].map(answers));
      expect(left).to.deep.equal([false, false, false]);
    });
  }

  it("ends with 75 and says why when the gateway's port is taken; no backend is left", async () => {
    const taken = await takePort();
    const { code, stdout, stderr } = await start({ PORT: taken.port }).ended;
    await taken.free();
    expect(code).to.equal(75);
    expect(stderr).to.include(
      `can't listen on 127.0.0.1:${taken.port}: another process has this port`,
    );
    const [, backend = ""] = /sample backend .* listens on (\S+)/.exec(stdout) ?? [];
    expect(await answers(backend)).to.equal(false);
  });

  it("ends with 75 and says why when the backend's port is taken; no gateway is started", async () => {
    const taken = await takePort();
    const { code, stdout, stderr } = await start({ BACKEND_PORT: taken.port }).ended;
    await taken.free();
    expect([code, stdout]).to.deep.equal([75, ""]);
    expect(stderr).to.include(`the sample backend can't have port ${taken.port}`);
  });

  it("keeps what was saved for the next start, and leaves the sample's own data as it is", async () => {
    const first = start();
    const { gateway } = await addresses(first);
    const body = '{"title":"Kept"}';
    const post = await fetch(`${gateway}/posts:create`, { method: "POST", headers: json, body });
    const { id } = (await post.json()) as { id: number };
    first.process.kill("SIGTERM");
    await first.ended;

    const second = await addresses(start());
    expect((await fetch(`${second.backend}/posts/${id}`)).status).to.equal(200);
  });
});

const json = { "content-type": "application/json" };

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

async function takePort() {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port: String(port),
    free: async () => {
      server.close();
      await once(server, "close");
    },
  };
}
