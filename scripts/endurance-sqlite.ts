// The long form of the kill tests, of the reloads under load, then of the property tests. Prints what came of it; exit code 1
// when anything was lost, or a property does not hold.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { killBetween } from "../test/durability/between.ts";
import { endure } from "../test/durability/endurance.ts";
import { MOST_GROWTH, reloadUnderLoad } from "../test/durability/reloads.ts";

const {
  KILLS = "100",
  RUNS = "10000",
  KILLS_BETWEEN = "200",
  RELOADS = "1000",
  PROPERTY_SECONDS = "60",
} = process.env;
const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000_007);
console.log(`seed ${seed}`);

const { accepted, kills, ...bad } = await endure({
  kills: Number(KILLS),
  runs: Number(RUNS),
  seed,
});
const found = Object.entries(bad).map(([what, list]) => `${list.length} ${what}`);
console.log(`${accepted} runs accepted, ${kills} kills under load: ${found.join(", ")}`);

const between = await killBetween({ kills: Number(KILLS_BETWEEN), seed });
const { done, unconfirmed, wrong } = between;
console.log(
  `${between.kills} kills between the upstream's 2xx and the record: ` +
    `${done} done, ${unconfirmed} unconfirmed, ${wrong.length} forgotten, doubled or undone`,
);

const { growth, failed, ...reloads } = await reloadUnderLoad(Number(RELOADS));
console.log(
  `${reloads.taken} reloads taken and ${reloads.refused} refused under ${reloads.requests} requests: ` +
    `${failed.length} failed, the heap grew by ${growth} bytes`,
);
if (growth > MOST_GROWTH) failed.push(`the heap grew by ${growth} bytes`);

const flaws = [...Object.values(bad), wrong, failed].flat();
if (flaws.length > 0) {
  console.error(flaws.join("\n"));
  process.exitCode = 1;
}

const properties = spawnSync(
  process.execPath,
  [
    "node_modules/mocha/bin/mocha.js",
    "test/**/*.test.ts",
    "--grep",
    "[(]seed",
    "--exclude",
    "test/durability/**",
  ],
  {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { ...process.env, PROPERTY_SECONDS, SEED: String(seed) },
    stdio: "inherit",
  },
);
if (properties.status !== 0) process.exitCode = 1;
