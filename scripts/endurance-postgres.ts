// `npm run test:endurance -- --postgres`: several gateways on one Postgres, under one trouble after another. Prints what came of
// it; exit code 1 when anything was lost, doubled, or written by an instance whose claim was over.
import { changedBuild } from "../test/durability/changed-build.ts";
import { type Trouble, chaos } from "../test/durability/chaos.ts";
import { shortLease } from "../test/durability/short-lease.ts";
import { cuts, kills, restarts, standstills } from "../test/durability/troubles.ts";
import { NO_POSTGRES, stopTestPostgres, testPostgres } from "../test/support/postgres.ts";

/** A number that the environment may set. */
const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);

const seed = number("SEED", Date.now() % 1_000_000_007);
const lease = number("LEASE", 1_500);
const given = {
  kills: { times: number("KILLS", 100), runs: number("RUNS", 10_000), seed },
  restarts: { times: number("RESTARTS", 50), runs: number("RESTART_RUNS", 5_000), seed },
  standstills: { times: number("STOPS", 50), runs: number("STOP_RUNS", 5_000), seed },
  cuts: { runs: number("CUT_RUNS", 2_000), seed },
};

const server = await testPostgres();
if (server === null) throw new Error(NO_POSTGRES);

const flaws: string[] = [];
const under = async (what: string, runs: number, trouble: Trouble, bin?: string) => {
  if (runs === 0) return;
  const began = performance.now();
  const { accepted, ...bad } = await chaos({ server, runs, trouble, bin });
  const found = Object.entries(bad).map(([name, list]) => `${list.length} ${name}`);
  const seconds = Math.round((performance.now() - began) / 1_000);
  console.log(`${what}: ${accepted} runs accepted in ${seconds} s: ${found.join(", ")}`);
  flaws.push(...Object.values(bad).flat().map(String));
};

console.log(`seed ${seed}, three gateways on one Postgres`);
const build = await changedBuild(shortLease(lease));
try {
  await under(`${given.kills.times} kills`, given.kills.runs, kills(given.kills));
  const { times, runs } = given.restarts;
  const pause = { min: 5_000, max: 10_000 };
  await under(`${times} crashes of Postgres`, runs, restarts(given.restarts, pause));
  const stops = `${given.standstills.times} standstills of three leases of ${lease} ms`;
  await under(stops, given.standstills.runs, standstills(given.standstills, lease), build.bin);
  await under("1 % of statements cut", given.cuts.runs, cuts(given.cuts));
} finally {
  await build.remove();
  await stopTestPostgres();
}
if (flaws.length > 0) {
  console.error(flaws.join("\n"));
  process.exitCode = 1;
}
