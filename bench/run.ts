// `npm run bench`: Sidehook beside the least that Node can do, beside what people use otherwise, and beside another build of
// itself, in one run. Absolute figures depend on the machine; ratios are what counts. See bench/README.md.
import { type Contestant, ROOT, type Running, peers, reference, sidehook } from "./contestants.ts";
import { openGround } from "./ground.ts";
import { type Load, type Sample, measure, tryOnce } from "./measure.ts";
import { readOptions } from "./options.ts";
import { type Part, disturbance, table } from "./report.ts";
import type { Row } from "./rows.ts";

/** Requests that a contestant is warmed up with, so that its code is compiled; and how long that may take, in milliseconds. */
const WARM_UP = { requests: 10_000, milliseconds: 30_000 };

const { rows, rounds, milliseconds, connections, against, peers: withPeers } = readOptions();
const { core, cores, generator, start, clear } = await openGround();
const load: Load = { generator, connections, milliseconds, core };

/** One contestant in one row. */
interface Entry {
  readonly row: Row;
  readonly contestant: Contestant;
  readonly running: Running;
  readonly samples: Sample[];
}

const entries: Entry[] = [];
for (const row of rows) {
  for (const contestant of contestantsOf(row)) {
    entries.push({ row, contestant, running: await start(contestant), samples: [] });
  }
}
for (const { row, running, contestant } of entries) {
  if (contestant.name.startsWith("sidehook")) await tryOnce(running, row);
  await warmUp(running, row);
}
for (let round = 1; round <= rounds; round++) {
  console.error(`Round ${round} of ${rounds}`);
  // One round forwards, one backwards: whoever stands behind another has no advantage of it.
  for (const { row, running, samples } of round % 2 === 1 ? entries : entries.toReversed()) {
    samples.push(await measure(running, row, load));
  }
}
await clear();
report();

/** Who is measured in a row: the reference first, then Sidehook. */
function contestantsOf({ gateway, forgets = false, peers: fits = false }: Row): Contestant[] {
  return [
    reference,
    sidehook({ root: ROOT, gateway, forgets }),
    ...(against === null ? [] : [sidehook({ root: against, gateway, forgets })]),
    ...(fits && withPeers ? peers : []),
  ];
}

async function warmUp(running: Running, row: Row): Promise<void> {
  const until = performance.now() + WARM_UP.milliseconds;
  for (let asked = 0; asked < WARM_UP.requests && performance.now() < until;) {
    const { rate } = await measure(running, row, { ...load, milliseconds: 1_000 });
    asked += rate;
  }
}

function report(): void {
  const parts: Part[] = rows.map((row) => ({
    row: row.name,
    lines: entries
      .filter((entry) => entry.row === row)
      .map(({ contestant, samples }) => ({ contestant: contestant.name, samples })),
  }));
  const rest = `${rounds} rounds of ${milliseconds / 1_000} s, ${connections} connections; medians`;
  console.log(`Node ${process.version}, ${rest}\n`);
  const other = against === null ? null : sidehook({ root: against, gateway: "plain" }).name;
  console.log(`${table(parts, other)}\n`);
  console.log(cores);
  const share = (disturbance(parts) * 100).toFixed(0);
  console.log(`Other processes used ${share} % of it. Over 5 %, absolute figures are too high.`);
}
