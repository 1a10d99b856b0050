// `npm run bench:instances`: how many queued runs are accepted durably and done a second, and how long one takes to begin, with
// SQLite and with one, two and three gateways on one Postgres. Prints a table in Markdown. Every process is on this machine.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, request } from "undici";
import { type GatewayProcess, startGatewayProcess } from "../test/durability/gateway-process.ts";
import { stopTestPostgres, testPostgres } from "../test/support/postgres.ts";

/** How long each half of a measurement takes, in milliseconds. */
const { SECONDS = "8", CONNECTIONS = "32" } = process.env;
const MILLISECONDS = Number(SECONDS) * 1_000;

/** Where the runs' one step calls: it notes when each run came. */
const came = new Map<string, number>();
const target = createServer((asked, response) => {
  const run = String(asked.headers["idempotency-key"]).split(":")[0] ?? "";
  if (!came.has(run)) came.set(run, performance.now());
  asked.resume();
  response.end();
});
await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
const { port } = target.address() as AddressInfo;
const agent = new Agent({ connections: Number(CONNECTIONS) });

/** One row of the table. */
interface Row {
  readonly store: string;
  readonly accepted: number;
  readonly done: number;
  readonly delays: readonly number[];
}

/** Asks for a run, and gives its id and when the answer was there. */
async function ask({ url }: GatewayProcess): Promise<{ run: string; at: number }> {
  const { statusCode, headers, body } = await request(`${url}/webhook:trigger/call`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
    dispatcher: agent,
  });
  await body.dump();
  if (statusCode !== 200) throw new Error(`a webhook was answered ${statusCode}`);
  const run = /id="([^"]+)"/.exec(String(headers["workflow-runs"]))?.[1] ?? "";
  return { run, at: performance.now() };
}

/** Waits until all runs have called. */
async function allCame(runs: readonly string[]): Promise<void> {
  const until = performance.now() + 120_000;
  while (runs.some((run) => !came.has(run))) {
    if (performance.now() > until) throw new Error("runs were not done within two minutes");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** As fast as a number of connections can, then one after another with pauses. */
async function measured(store: string, gateways: readonly GatewayProcess[]): Promise<Row> {
  const at = (index: number) => gateways[index % gateways.length] as GatewayProcess;
  await allCame([(await ask(at(0))).run]);
  const began = performance.now();
  const runs: string[] = [];
  const keepAsking = async (index: number) => {
    while (performance.now() - began < MILLISECONDS) runs.push((await ask(at(index))).run);
  };
  await Promise.all(Array.from({ length: Number(CONNECTIONS) }, (_, index) => keepAsking(index)));
  const accepted = (runs.length / (performance.now() - began)) * 1_000;
  await allCame(runs);
  const last = runs.reduce((latest, run) => Math.max(latest, came.get(run) ?? 0), 0);
  const done = (runs.length / (last - began)) * 1_000;

  const delays: number[] = [];
  for (let index = 0; index < 100; index += 1) {
    const { run, at: answered } = await ask(at(index));
    await allCame([run]);
    delays.push(Math.max(0, (came.get(run) ?? 0) - answered));
  }
  return { store, accepted, done, delays: delays.toSorted((one, other) => one - other) };
}

/** Starts gateways on one store, measures, and stops them. */
async function withGateways(store: string, url: string, count: number): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), "sidehook-bench-"));
  const file = join(folder, "gateway.yaml");
  await writeFile(file, configuration(url));
  const gateways: GatewayProcess[] = [];
  try {
    for (let index = 0; index < count; index += 1) gateways.push(await startGatewayProcess(file));
    return await measured(store, gateways);
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await rm(folder, { recursive: true });
  }
}

const configuration = (store: string) => `
listen: { port: 0 }
admin: { port: 0 }
log: { level: error, format: json }
upstream: { url: "http://127.0.0.1:${port}" }
store: { url: "${store}", key: "the key of all instances" }
workflows:
  call:
    trigger: { type: webhook }
    steps: [{ id: call, type: request, url: "http://127.0.0.1:${port}/" }]
`;

const text = ({ store, accepted, done, delays }: Row): string => {
  const at = (share: number) => (delays[Math.floor(delays.length * share)] ?? NaN).toFixed(1);
  return `| ${store} | ${accepted.toFixed(0)} | ${done.toFixed(0)} | ${at(0.5)} | ${at(0.95)} |`;
};

console.log("| store | accepted/s | done/s | delay p50 ms | p95 ms |");
console.log("| --- | ---: | ---: | ---: | ---: |");
try {
  console.log(text(await withGateways("SQLite", "sqlite:./bench.db", 1)));
  const postgres = await testPostgres();
  if (postgres === null) console.log("There is no Postgres for this platform.");
  for (const count of postgres === null ? [] : [1, 2, 3]) {
    const url = (await postgres?.newDatabase()) ?? "";
    const store = `Postgres, ${count} ${count === 1 ? "gateway" : "gateways"}`;
    console.log(text(await withGateways(store, url, count)));
  }
} finally {
  await stopTestPostgres();
  await agent.close();
  target.close();
}
