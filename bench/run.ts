// `npm run bench`: Sidehook beside the least that Node can do, beside what people use otherwise, and beside another build of
// itself, in one run. Absolute figures depend on the machine; ratios are what counts. See bench/README.md.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { startOwn } from "./child.ts";
import { type Contestant, ROOT, type Running, peers, reference, sidehook } from "./contestants.ts";
import { chooseCores } from "./cores.ts";
import { type Load, type Sample, measure, tryOnce } from "./measure.ts";
import { readOptions } from "./options.ts";
import { type Part, disturbance, table } from "./report.ts";
import type { Row } from "./rows.ts";

/** Requests that a contestant is warmed up with, so that its code is compiled; and how long that may take, in milliseconds. */
const WARM_UP = { requests: 10_000, milliseconds: 10_000 };

const options = readOptions();
const { rounds, milliseconds, connections } = options;
const against = options.against === null ? null : basename(resolve(options.against));
const cores = chooseCores();
const folder = mkdtempSync(join(tmpdir(), "sidehook-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
process.once("SIGINT", () => process.exit(1)).once("SIGTERM", () => process.exit(1));

const upstream = startOwn("upstream.ts", [], cores.others);
const generator = startOwn("load.ts", [], cores.others);
const { url } = await upstream.heard<{ url: string }>();
const load: Load = { generator, connections, milliseconds };

/** Contestants that run, by what they are: idle ones cost next to nothing. */
const running = new Map<string, Running>();

/** One contestant in one row. */
interface Entry {
  readonly row: Row;
  readonly contestant: Contestant;
  readonly running: Running;
  readonly samples: Sample[];
}

const entries: Entry[] = [];
for (const row of options.rows) {
  for (const [contestant, kind] of contestantsOf(row)) {
    entries.push({ row, contestant, running: await started(contestant, kind), samples: [] });
  }
}
for (const { row, running: proxy, contestant } of entries) {
  if (contestant.name.startsWith("sidehook")) await tryOnce(proxy, row);
  await warmUp(proxy, row);
}
for (let round = 1; round <= rounds; round++) {
  console.error(`Round ${round} of ${rounds}`);
  for (const { row, running: proxy, samples } of entries) {
    samples.push(await measure(proxy, row, load, cores.measured));
  }
}
await Promise.all([...running.values(), upstream, generator].map((child) => child.stop()));
report();

/** Who is measured in a row, and as what they run: the reference first, then Sidehook. */
function contestantsOf(row: Row): (readonly [Contestant, kind: string])[] {
  const { gateway, forgets = false } = row;
  const kind = `${gateway}${forgets ? " without history" : ""}`;
  const all: [Contestant, string][] = [
    [reference, "reference"],
    [sidehook(ROOT, gateway, { forgets }), kind],
  ];
  if (options.against !== null && against !== null) {
    const name = `sidehook of ${against}`;
    all.push([sidehook(options.against, gateway, { forgets, name }), kind]);
  }
  if (row.peers && options.peers)
    all.push(...peers.map((peer) => [peer, "peer"] as [Contestant, string]));
  return all;
}

async function warmUp(proxy: Running, row: Row): Promise<void> {
  const until = performance.now() + WARM_UP.milliseconds;
  for (let asked = 0; asked < WARM_UP.requests && performance.now() < until;) {
    const { rate } = await measure(proxy, row, { ...load, milliseconds: 1_000 }, cores.measured);
    asked += rate;
  }
}

async function started(contestant: Contestant, kind: string): Promise<Running> {
  const key = `${contestant.name}, ${kind}`;
  const there = running.get(key);
  if (there) return there;
  const own = join(folder, String(running.size));
  mkdirSync(own);
  const proxy = await contestant.start({ upstream: url, core: cores.measured, folder: own });
  running.set(key, proxy);
  return proxy;
}

function report(): void {
  const parts: Part[] = options.rows.map((row) => ({
    row: row.name,
    lines: entries
      .filter((entry) => entry.row === row)
      .map(({ contestant, samples }) => ({ contestant: contestant.name, samples })),
  }));
  console.log(
    `Node ${process.version}, ${rounds} rounds of ${milliseconds / 1_000} s, ${connections} connections; medians\n`,
  );
  console.log(table(parts, against === null ? null : `sidehook of ${against}`));
  console.log();
  if (cores.warning !== null) console.log(cores.warning);
  else
    console.log(
      `The measured process has core ${cores.measured}, all others have core ${cores.others}.`,
    );
  const share = disturbance(parts);
  if (share > 0.05) {
    console.log(
      `Other processes used ${(share * 100).toFixed(0)} % of the measured core: figures are too high.`,
    );
  }
}
