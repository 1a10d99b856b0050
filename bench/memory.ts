// `npm run bench:memory`: how much memory Sidehook has (RSS) while it is kept busy for a minute, and afterwards.
//
//     npm run bench:memory -- --seconds 60 --only history --flags=--max-semi-space-size=8
import { parseArgs } from "node:util";
import { type Contestant, ROOT, peers, reference, sidehook } from "./contestants.ts";
import { openGround } from "./ground.ts";
import { type Sample, measure } from "./measure.ts";
import { positive } from "./options.ts";
import { type Row, rows } from "./rows.ts";
import { memoryOf } from "./usage.ts";
import { setTimeout as sleep } from "node:timers/promises";

/** How often it is looked at, in milliseconds. */
const LOOK = 5_000;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    only: { type: "string", default: "" },
    against: { type: "string" },
    flags: { type: "string", default: "" },
  },
});
const looks = Math.ceil((positive("seconds", values.seconds) * 1_000) / LOOK);
const flags = values.flags.split(" ").filter(Boolean);
const ours = sidehook({ root: values.against ?? ROOT, gateway: "plain", flags });

/** Name, who, and the row of the bench whose requests it gets. */
const all: readonly (readonly [name: string, contestant: Contestant, row: string])[] = [
  ["pass-through GET, bare undici", reference, "pass-through GET 200 B"],
  ["pass-through GET, sidehook", ours, "pass-through GET 200 B"],
  ["pass-through POST, sidehook", ours, "pass-through POST 300 B"],
  ["pre-action with history, sidehook", ours, "pre-action"],
  ["async post-action with history, sidehook", ours, "async post-action"],
  ...peers.map(
    (peer) => [`pass-through GET, ${peer.name}`, peer, "pass-through GET 200 B"] as const,
  ),
];

for (const [name, contestant, row] of all) {
  if (name.includes(values.only)) await watch(name, contestant, rowNamed(row));
}

/** Each has a process of its own, so that none has another's past. */
async function watch(name: string, contestant: Contestant, row: Row): Promise<void> {
  const { core, generator, start, clear } = await openGround();
  const { pid, ...running } = await start(contestant);
  const idle = memoryOf(pid);
  const under: Sample[] = [];
  for (let look = 0; look < looks; look++) {
    const load = { generator, connections: 64, milliseconds: LOOK, core };
    under.push(await measure({ pid, ...running }, row, load));
  }
  await sleep(LOOK);
  const memories = under.map(({ memory }) => memory.toFixed(0)).join(" ");
  const rest = memoryOf(pid).toFixed(0);
  console.log(`${name}: started ${idle.toFixed(0)}, every 5 s ${memories}, at rest ${rest} MB`);
  const last = under.at(-1)?.cpu.toFixed(0);
  console.log(`  ${last} µs of CPU a request in the last 5 s`);
  await clear();
}

function rowNamed(name: string): Row {
  const row = rows.find((one) => one.name === name);
  if (!row) throw new Error(`There is no row "${name}"`);
  return row;
}
