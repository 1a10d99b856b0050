// `npm run bench`: Sidehook beside the least that Node can do and beside what people write, in one run. Absolute figures
// depend on the machine; the ratios are what counts. Takes about a minute.
import { type Child, start, startListening } from "./child.ts";
import type { LoadRequest, LoadResult } from "./load.ts";

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5);
const MILLISECONDS = 1_500;
const WARM_UP = 1_000;

const get: LoadRequest = { method: "GET", path: "/open/1", body: null };
const body = JSON.stringify({ title: "A good title", text: "x".repeat(150) });
const post: LoadRequest = { method: "POST", path: "/open", body };
const guarded: LoadRequest = { method: "POST", path: "/guarded", body };

const contestants = [
  { name: "GET, bare undici", file: "contestants/bare-undici.ts", request: get },
  { name: "GET, sidehook", file: "contestants/sidehook.ts", request: get },
  {
    name: "GET, express + http-proxy-middleware",
    file: "contestants/express-proxy.ts",
    request: get,
  },
  { name: "POST, bare undici", file: "contestants/bare-undici.ts", request: post },
  { name: "POST, sidehook", file: "contestants/sidehook.ts", request: post },
  { name: "POST, sidehook, one pre-action", file: "contestants/sidehook.ts", request: guarded },
];

interface Sample {
  /** Microseconds of CPU for one request. */
  readonly cpu: number;
  /** Requests a second. */
  readonly rate: number;
  readonly memory: number;
}

const upstream = await startListening("upstream.ts");
const files = [...new Set(contestants.map(({ file }) => file))];
const running = new Map<string, Child & { readonly url: string }>();
for (const file of files) running.set(file, await startListening(file, upstream.url));
const generator = start("load-process.ts");

const samples = new Map<string, Sample[]>();
for (let round = 0; round <= ROUNDS; round++) {
  for (const { name, file, request } of contestants) {
    const proxy = running.get(file);
    if (!proxy) throw new Error(`${file} does not run`);
    const sample = await measure(proxy, request, round === 0 ? WARM_UP : MILLISECONDS);
    if (round > 0) samples.set(name, [...(samples.get(name) ?? []), sample]);
  }
}
for (const child of [...running.values(), upstream, generator]) child.stop();
report();

async function measure(
  proxy: Child & { readonly url: string },
  request: LoadRequest,
  milliseconds: number,
): Promise<Sample> {
  const before = await proxy.ask<{ cpu: number }>({});
  const order = { url: proxy.url, request, milliseconds };
  const { requests, seconds, bad } = await generator.ask<LoadResult>(order);
  const { cpu, memory } = await proxy.ask<{ cpu: number; memory: number }>({});
  if (bad > 0) throw new Error(`${bad} of ${requests} answers were no 2xx`);
  return { cpu: (cpu - before.cpu) / requests, rate: requests / seconds, memory };
}

function report(): void {
  console.log(
    `Node ${process.version}, ${ROUNDS} rounds of ${MILLISECONDS} ms, 64 connections; medians\n`,
  );
  for (const { name } of contestants) {
    const cpu = median(name, "cpu").toFixed(1).padStart(6);
    const rate = Math.round(median(name, "rate")).toString().padStart(6);
    const memory = Math.round(median(name, "memory") / 2 ** 20)
      .toString()
      .padStart(4);
    console.log(`${name.padEnd(38)} ${cpu} µs CPU a request  ${rate} requests/s  ${memory} MB`);
  }
  console.log("\nPaired in each round, medians:");
  ratio("GET, sidehook", "GET, bare undici");
  ratio("GET, sidehook", "GET, express + http-proxy-middleware");
  ratio("POST, sidehook, one pre-action", "POST, bare undici");
  const added = median("POST, sidehook, one pre-action", "cpu") - median("POST, sidehook", "cpu");
  console.log(`one pre-action (condition, message, recorded) adds ${added.toFixed(0)} µs of CPU`);
}

function ratio(ours: string, theirs: string): void {
  const pairs = (samples.get(ours) ?? []).map((sample, round) => {
    const other = samples.get(theirs)?.[round] ?? sample;
    return { rate: sample.rate / other.rate, cpu: other.cpu / sample.cpu };
  });
  const rate = middle(pairs.map((pair) => pair.rate)).toFixed(2);
  const cpu = middle(pairs.map((pair) => pair.cpu)).toFixed(2);
  console.log(`${ours} : ${theirs}: throughput ${rate}, requests for the same CPU ${cpu}`);
}

function median(name: string, figure: keyof Sample): number {
  return middle((samples.get(name) ?? []).map((sample) => sample[figure]));
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
