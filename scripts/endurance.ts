// `npm run test:endurance`: the long form of the kill tests. Prints what came of it; exit code 1 when anything was lost.
import { killBetween } from "../test/durability/between.ts";
import { endure } from "../test/durability/endurance.ts";

const { KILLS = "100", RUNS = "10000", KILLS_BETWEEN = "200" } = process.env;
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

const flaws = [...Object.values(bad), wrong].flat();
if (flaws.length > 0) {
  console.error(flaws.join("\n"));
  process.exitCode = 1;
}
