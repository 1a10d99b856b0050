import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { expect } from "chai";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { until } from "../support/until.ts";
import { answerJson } from "../support/upstream.ts";

describe("a connection of a client", () => {
  let gateway: TestGateway;
  const clients: Connection[] = [];
  before(async () => {
    gateway = await startTestGateway(
      `listen: { port: 0, timeouts: { head: 400ms, body: 400ms, idle: 700ms }, connections: 3 }\n${WORKFLOWS}`,
      { answer: ({ url }, response) => url !== "/never" && answerJson(response, 200, [{ id: 1 }]) },
    );
  });
  after(() => gateway.stop());
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.leave();
  });

  const ports = [
    ["of the gateway", () => gateway.url],
    ["of the admin port", () => gateway.adminUrl],
  ] as const;

  function open(url: string, text = ""): Connection {
    const client = connection(url, text);
    clients.push(client);
    return client;
  }

  for (const [which, url] of ports) {
    const half = "GET /healthz HTTP/1.1\r\nHost: a\r\n";

    it(`${which} is 408 and closed where the head stays half`, async () => {
      expect(await open(url(), half).closed()).to.match(
        /^HTTP\/1\.1 408 Request Timeout\r\n[^]*REQUEST_TIMEOUT/,
      );
    });

    it(`${which} is 408 and closed where the head trickles`, async () => {
      const client = open(url(), half);
      const timer = setInterval(() => client.send("X-A: 1\r\n"), 50);
      expect(await client.closed()).to.match(/^HTTP\/1\.1 408 /);
      clearInterval(timer);
    });

    it(`${which} is 408 and closed where a second head stays half`, async () => {
      // Both come together: a connection that waits for its second head may be closed as idle.
      const client = open(url(), `${half}\r\n${half}`);
      expect(await client.closed()).to.match(
        /^HTTP\/1\.1 (?!408)[^]*HTTP\/1\.1 408 Request Timeout\r\n[^]*$/,
      );
    });

    it(`${which} is closed without a word where nothing comes`, async () => {
      expect(await open(url()).closed()).to.equal("");
    });

    it(`${which} is closed where no other request comes`, async () => {
      const begun = performance.now();
      const client = open(url(), `${half}\r\n`);
      expect(await client.closed())
        .to.match(/^HTTP\/1\.1 \d\d\d [^]*$/)
        .and.not.contain("408");
      expect(performance.now() - begun).to.be.within(300, 30_000);
    });
  }

  it("is 408 and closed where a body that is read stalls", async () => {
    const stalled = open(gateway.url, `${CREATE}Content-Length: 20\r\n\r\n{"title":`);
    expect(await stalled.closed()).to.match(/^HTTP\/1\.1 408 [^]*REQUEST_TIMEOUT/);
    const hook = CREATE.replace("/posts", "/webhook:trigger/hook");
    const webhook = open(gateway.url, `${hook}Content-Length: 20\r\n\r\n{"title":`);
    expect(await webhook.closed()).to.match(/^HTTP\/1\.1 408 [^]*REQUEST_TIMEOUT/);
  });

  it("is served where a body that is read comes slowly", async () => {
    // Twelve pauses are longer than the time for a body to come on; each is far from it, on a busy machine too.
    const patient = await startTestGateway(
      `listen: { port: 0, timeouts: { body: 2s } }\n${WORKFLOWS}`,
      { answer: (_request, response) => answerJson(response, 200, [{ id: 1 }]) },
    );
    const client = open(patient.url, `${CREATE}Content-Length: 12\r\n\r\n`);
    for (const byte of '{"title":""}') {
      await new Promise((resolve) => setTimeout(resolve, 200));
      client.send(byte);
    }
    expect(await client.got(/\r\n\r\n[^]+/)).to.match(/^HTTP\/1\.1 200 /);
    await client.leave();
    await patient.stop();
  });

  for (const path of ["/notes", "/uploads"]) {
    it(`is served where a body that is passed through stalls: ${path}`, async () => {
      const head = CREATE.replace("/posts", path).replace("application/json", "application/x-a");
      const client = open(gateway.url, `${head}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n`);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      client.send("0\r\n\r\n");
      expect(await client.got(/\r\n\r\n[^]+/)).to.match(/^HTTP\/1\.1 200 /);
    });
  }

  it("waits where as many are served as may be, and has its turn when one has gone", async () => {
    const busy = Array.from({ length: 3 }, () => open(gateway.url, request("/never")));
    await until(() => gateway.upstream.lines().filter((line) => line === "GET /never").length >= 3);
    const later = Array.from({ length: 5 }, () => open(gateway.url, request("/notes")));
    const health = await fetch(`${gateway.adminUrl}/healthz`);
    expect(health.status).to.equal(200);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(later.map(({ text }) => text())).to.deep.equal(["", "", "", "", ""]);
    await busy[0]?.leave();
    // Each makes place for the next as soon as it is idle for too long, or leaves.
    for (const client of later) {
      expect(await client.got(/\r\n\r\n[^]+/)).to.match(/^HTTP\/1\.1 200 /);
      await client.leave();
    }
  });
});

/** A bare connection, and the text that came on it. */
interface Connection {
  send(text: string): void;
  text(): string;
  got(pattern: RegExp): Promise<string>;
  /** All that came, when the other side has closed it. */
  closed(): Promise<string>;
  leave(): Promise<void>;
}

function connection(url: string, first: string): Connection {
  const socket: Socket = connect(Number(new URL(url).port), "127.0.0.1").setEncoding("latin1");
  let text = "";
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  socket.on("data", (chunk: string) => (text += chunk)).on("error", () => undefined);
  socket.write(first);
  return {
    send: (more) => void (socket.writable && socket.write(more)),
    text: () => text,
    async got(pattern) {
      while (!pattern.test(text)) await once(socket, "data");
      return text;
    },
    closed: () => closed.then(() => text),
    async leave() {
      socket.destroy();
      await closed;
    },
  };
}

const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

const CREATE = "POST /posts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";

const WORKFLOWS = `
identity: none
workflows:
  look:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create], bodies: any }
    steps: []
  look-at-any:
    trigger: { type: pre-action, collection: uploads, global: true, actions: [create], bodies: any }
    steps: []
  hook:
    trigger: { type: webhook, sync: true }
    steps: []
`;
