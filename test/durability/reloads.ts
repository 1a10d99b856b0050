import { once } from "node:events";
import { rename } from "node:fs/promises";
import { Agent, type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { type Running, type Urls, folderWith, run } from "../support/command.ts";
import { answerJson, startUpstream } from "../support/upstream.ts";

/** The result. */
export interface ReloadsResult {
  /** Reloads that were taken, and that were refused as they should be. */
  readonly taken: number;
  readonly refused: number;
  /** How many requests were answered meanwhile. */
  readonly requests: number;
  /** Requests and reloads that were not answered as they should be; empty, if all is well. */
  readonly failed: string[];
  /** Bytes that the heap has grown by, from a quarter of the reloads to the last. */
  readonly growth: number;
}

/** How much the heap may grow by, in bytes, however many reloads there are. */
export const MOST_GROWTH = 8_000_000;

const CLIENTS = 6;

/** Answers that are wrong are told up to this many. */
const MOST_TOLD = 10;

/**
 * Reloads again and again under load, every other time a configuration that is broken. The good ones take turns between two
 * upstreams. Each answer must be of one configuration as a whole: the upstream that made it is the one that its message names.
 */
export async function reloadUnderLoad(reloads: number): Promise<ReloadsResult> {
  const upstreams = await Promise.all(["first", "second"].map(namedUpstream));
  const [first, second] = upstreams.map(({ url }) => url) as [string, string];
  const good = [config(first, "first"), config(second, "second")] as const;
  const folder = await folderWith({ "gateway.yaml": good[0] });
  const gateway = run<Urls>("bin/sidehook.js", ["start"], {
    cwd: folder.path,
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(TELLS_HEAP)}` },
  });
  gateway.process.stdout?.resume();
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS + 1 });
  const failed: string[] = [];
  const fail = (message: string) => void (failed.length < MOST_TOLD && failed.push(message));
  const counts = { taken: 0, refused: 0, requests: 0 };
  try {
    const { url, adminUrl } = await gateway.serving;
    const client = async (number: number, over: AbortSignal) => {
      for (let turn = number; !over.aborted; turn++) {
        const wrong = await WAYS[turn % WAYS.length]?.(url, agent);
        counts.requests++;
        if (wrong) fail(wrong);
      }
    };
    const reloadOnce = async (turn: number) => {
      const isBroken = turn % 2 === 1;
      const text = isBroken ? BROKEN[(turn >> 1) % BROKEN.length] : good[(turn >> 1) % 2];
      await folder.write("gateway.yaml~", text ?? "");
      await rename(join(folder.path, "gateway.yaml~"), join(folder.path, "gateway.yaml"));
      const { status, body } = await send(`${adminUrl}/reload`, "POST", agent);
      counts[status === 200 ? "taken" : "refused"]++;
      if (status !== (isBroken ? 400 : 200))
        fail(`reload ${turn}: ${status} ${JSON.stringify(body)}`);
    };
    /** Reloads under load, and gives the heap when that is over. */
    const some = async (from: number, to: number): Promise<number> => {
      const over = new AbortController();
      const clients = Array.from({ length: CLIENTS }, (_, number) => client(number, over.signal));
      for (let turn = from; turn < to; turn++) await reloadOnce(turn);
      over.abort();
      await Promise.all(clients);
      return heapOf(gateway);
    };
    const quarter = Math.floor(reloads / 4);
    const before = await some(0, quarter);
    const after = await some(quarter, reloads);
    gateway.process.kill("SIGTERM");
    const { code, stdout } = await gateway.ended;
    if (code !== 0) fail(`the gateway ended with ${code}`);
    if (/unexpected error|can't be/.test(stdout)) fail("the log tells of an unexpected error");
    return { ...counts, failed, growth: after - before };
  } finally {
    agent.destroy();
    gateway.process.kill("SIGKILL");
    await gateway.ended;
    await Promise.all(upstreams.map((one) => one.stop()));
    await folder.remove();
  }
}

const namedUpstream = (name: string) =>
  startUpstream((asked, response) =>
    answerJson(response, asked.method === "POST" ? 201 : 200, { id: 1, from: name }),
  );

/** Has the gateway collect its garbage and tell its heap when it is asked to. */
const TELLS_HEAP = `
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
process.on("SIGUSR2", () => {
  collect();
  process.send({ heap: process.memoryUsage().heapUsed });
});`;

/** The smallest heap of some looks: connections take a moment to close. */
async function heapOf(gateway: Running): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < 5; look++) {
    gateway.process.kill("SIGUSR2");
    const [{ heap }] = (await once(gateway.process, "message")) as [{ heap: number }];
    looks.push(heap);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return Math.min(...looks);
}

/** One request of each kind; gives what is wrong with its answer. */
const WAYS = [
  async (url: string, agent: Agent) => {
    const { status } = await send(`${url}/notes`, "GET", agent);
    return status === 200 ? null : `GET /notes: ${status}`;
  },
  async (url: string, agent: Agent) => {
    const { status, messages, body } = await send(`${url}/posts`, "POST", agent);
    const { from } = body as { from?: string };
    const isWhole = status === 201 && messages === `[{"message":"${from}"}]`;
    return isWhole ? null : `POST /posts: ${status} ${messages} ${JSON.stringify(body)}`;
  },
  async (url: string, agent: Agent) => {
    const { status } = await send(`${url}/queued`, "POST", agent);
    return status === 201 ? null : `POST /queued: ${status}`;
  },
];

async function send(url: string, method: string, agent: Agent) {
  const headers = { "content-type": "application/json" };
  const sent = request(url, { method, agent, headers });
  sent.end(method === "POST" ? '{"title":"A"}' : undefined);
  try {
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    const messages = String(answer.headers["workflow-messages"] ?? "");
    return { status: answer.statusCode, messages, body: await json(answer) };
  } catch (error) {
    return { status: null, messages: "", body: String(error) };
  }
}

const config = (upstream: string, name: string) => `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: "${upstream}" }
identity: none
store: { url: "sqlite:./history.db" }
log: { level: warn }
workflows:
  greet:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps: [{ type: response-message, message: ${name} }]
  later:
    trigger: { type: post-action, collection: queued, global: true, actions: [create], sync: false }
    steps: [{ type: query, collection: notes, key: 1 }]
`;

/** Configurations that are refused, each for another reason. */
const BROKEN = [
  "upstream: { url: ",
  'upstream: { url: "here" }\n',
  `${config("http://127.0.0.1:1", "broken")}unknown: 1\n`,
  config("http://127.0.0.1:1", "broken").replace("port: 0", "port: 1"),
  `${config("http://127.0.0.1:1", "broken")}include: [missing.yaml]\n`,
];
