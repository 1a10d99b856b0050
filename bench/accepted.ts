// What a gateway accepts durably: async post-actions, queued custom actions and webhooks, each committed before its answer,
// and how long its event loop lets others wait meanwhile. The runs are done by the same process at the same time.
import { start, startListening } from "./child.ts";
import type { LoadRequest, LoadResult } from "./load.ts";

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5);
const MILLISECONDS = 1_500;
const body = JSON.stringify({ title: "A good title", text: "x".repeat(150) });

const rows: readonly (LoadRequest & { readonly name: string })[] = [
  { name: "POST passed through, for comparison", method: "POST", path: "/open", body },
  { name: "async post-action", method: "POST", path: "/saved", body },
  {
    name: "custom action, queued",
    method: "POST",
    path: "/workflows:trigger?triggerWorkflows=noted",
    body,
  },
  { name: "webhook, queued", method: "POST", path: "/webhook:trigger/hooked", body },
];

const upstream = await startListening("upstream.ts");
const gateway = await startListening("contestants/sidehook.ts", upstream.url);
const generator = start("load-process.ts");
const samples = new Map<string, { rate: number; delay: number }[]>();
for (let round = 0; round <= ROUNDS; round++) {
  for (const { name, ...request } of rows) {
    await gateway.ask({});
    const order = { url: gateway.url, request, milliseconds: MILLISECONDS };
    const { requests, seconds, bad } = await generator.ask<LoadResult>(order);
    const { delay } = await gateway.ask<{ delay: number }>({});
    if (bad > 0) throw new Error(`${name}: ${bad} of ${requests} answers were no 2xx`);
    // The first round warms up.
    if (round === 0) continue;
    samples.set(name, [...(samples.get(name) ?? []), { rate: requests / seconds, delay }]);
  }
}
for (const child of [gateway, upstream, generator]) child.stop();

console.log("\nAccepted durably, 64 connections; medians\n");
for (const [name, all] of samples) {
  const rate = Math.round(middle(all.map((sample) => sample.rate)));
  const delay = middle(all.map((sample) => sample.delay)).toFixed(1);
  console.log(
    `${name.padEnd(38)} ${String(rate).padStart(6)} a second   loop delay p99 ${delay} ms`,
  );
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
