import { once } from "node:events";
import { Agent, type IncomingMessage, type ServerResponse, request } from "node:http";
import { type Socket, connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { until } from "../support/until.ts";
import { answerJson } from "../support/upstream.ts";

onBothStores("when the process stops in order", () => {
  let gateway: TestGateway;
  let held: ServerResponse[] = [];
  beforeEach(async () => {
    held = [];
    gateway = await startTestGateway(WORKFLOWS, {
      answer({ url }, response) {
        if (url?.includes("held") !== true) return answerJson(response, 200, { id: 1 });
        held.push(response);
        if (url.includes("streams")) response.write("{");
      },
    });
  });

  const WAYS = [
    ["passed through", "GET", "/api/notes"],
    ["that concerns a pre-action", "GET", "/api/posts"],
    ["that a post-action waits for", "POST", "/api/orders"],
    ["of a custom action", "POST", "/api/notes:trigger/1?triggerWorkflows=act"],
    ["of a webhook", "POST", "/api/webhook:trigger/hook"],
    ["outside the prefix", "GET", "/site"],
  ] as const;

  it("busy clients on every way get all answers whole, and the stop takes no longer than they do", async () => {
    let stopped = false;
    const cut: string[] = [];
    let answers = 0;
    const closing = new Set<string>();
    const client = async ([way, method, path]: (typeof WAYS)[number]) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (
        let [before, last] = [0, performance.now()];
        ;
        [before, last] = [last, performance.now()]
      ) {
        const answer = await asked(gateway.url, method, path, agent).catch(
          (error: unknown) => error,
        );
        if (answer instanceof Error) {
          const { code } = answer as NodeJS.ErrnoException;
          // On a machine that stood still, the client was idle for so long that its connection may be closed.
          const wasIdle = code === "ECONNRESET" && performance.now() - before >= IDLE;
          if (stopped && wasIdle) closing.add(way);
          else if (code !== "ECONNREFUSED" || !stopped) cut.push(`${way}: ${code}`);
          break;
        }
        answers += 1;
        if ((answer as IncomingMessage).headers.connection === "close") closing.add(way);
      }
      agent.destroy();
    };
    const clients = WAYS.flatMap((way) => [client(way), client(way)]);
    await until(() => answers > 5 * clients.length);
    stopped = true;
    const begun = performance.now();
    await gateway.stop();
    expect(performance.now() - begun).to.be.lessThan(CUT / 2);
    await Promise.all(clients);
    expect(cut).to.deep.equal([]);
    expect([...closing]).to.have.members(WAYS.map(([way]) => way));
  });

  for (const [way, method, path] of WAYS.filter(([, one]) => one === "GET")) {
    it(`an answer to a request ${way} that had not begun is the last one of its connection`, async () => {
      const answer = asked(gateway.url, method, `${path}/held`, new Agent({ keepAlive: true }));
      await until(() => held.length === 1);
      const stopped = gateway.stop();
      held[0]?.end("{}");
      const { headers } = await answer;
      expect(headers).to.have.property("connection", "close");
      await stopped;
    });

    it(`an answer to a request ${way} that had begun is whole, and its connection closes then`, async () => {
      const agent = new Agent({ keepAlive: true });
      const answer = asked(gateway.url, method, `${path}/held-streams`, agent);
      await until(() => held.length === 1);
      const stopped = gateway.stop();
      setTimeout(() => held[0]?.end("}"), 600);
      expect((await answer).text).to.equal("{}");
      await stopped;
    });
  }

  it("connections that ask nothing, or only half of it, are closed", async () => {
    const idle = ["", "GET /api/notes HTTP/1.1\r\nHost: a\r\n"].map((text) => {
      const socket: Socket = connect(Number(new URL(gateway.url).port), "127.0.0.1");
      socket.write(text);
      return socket.resume();
    });
    await Promise.all(idle.map((socket) => once(socket, "connect")));
    await asked(gateway.url, "GET", "/api/notes", new Agent({ keepAlive: true }));
    const closed = Promise.all(idle.map((socket) => once(socket, "close")));
    const begun = performance.now();
    await gateway.stop();
    expect(performance.now() - begun).to.be.lessThan(CUT / 2);
    await closed;
  });
});

/** How long a connection may be idle while the gateway stops, and after which time it cuts all, in milliseconds. */
const [IDLE, CUT] = [200, 30_000];

/** Sends a request, and reads its answer whole. */
async function asked(
  url: string,
  method: string,
  path: string,
  agent: Agent,
): Promise<IncomingMessage & { text: string }> {
  const headers = method === "GET" ? {} : { "Content-Type": "application/json" };
  const outgoing = request(`${url}${path}`, { method, agent, headers });
  outgoing.end(method === "GET" ? "" : "{}");
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  return Object.assign(answer, { text: String(await buffer(answer)) });
}

const WORKFLOWS = `
upstream: { prefix: /api }
identity: none
workflows:
  look:
    trigger: { type: pre-action, collection: posts, global: true, actions: [list, get] }
    steps: []
  after:
    trigger: { type: post-action, collection: orders, global: true, actions: [create], sync: true }
    steps: []
  act:
    trigger: { type: custom-action, collection: notes, context: record, sync: true }
    steps: []
  hook:
    trigger: { type: webhook, sync: true }
    steps: []
`;
