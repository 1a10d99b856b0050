// `node --import tsx bench/postgres-line.ts`: how long it takes to commit 16 runs that come at once, and their ends, on a Postgres
// that is 1 ms away in each direction. What counts is how often the store waits for an answer, not the speed of the machine.
import { type AddressInfo, connect, createServer } from "node:net";
import { postgresPlace } from "../test/support/postgres-place.ts";
import { stopTestPostgres, testPostgres } from "../test/support/postgres.ts";
import { aNewRun, aStep, anEnd } from "../test/support/runs.ts";

const server = await testPostgres();
if (server === null) throw new Error("There is no Postgres for this platform");
const place = await postgresPlace(server);
const { port } = new URL(place.url);
const line = createServer((near) => {
  const far = connect(Number(port), "127.0.0.1");
  near.on("data", (bytes) => setTimeout(() => far.write(bytes), 1));
  far.on("data", (bytes) => setTimeout(() => near.write(bytes), 1));
  near.on("close", () => far.destroy());
  far.on("close", () => near.destroy());
});
await new Promise<void>((resolve) => line.listen(0, "127.0.0.1", resolve));
const { port: slow } = line.address() as AddressInfo;
const store = await place.open({
  url: Object.assign(new URL(place.url), { port: String(slow) }).href,
});
const { queue } = store;

console.log("| 16 accepted, ms | 16 ended, ms |\n| ---: | ---: |");
for (let round = 0; round < 6; round++) {
  const began = performance.now();
  const runs = Array.from({ length: 16 }, () => aNewRun());
  const claims = await Promise.all(runs.map((run) => queue.accept([run], undefined, 1)));
  const accepted = performance.now();
  await Promise.all(
    claims.flat().map((claim) => {
      const kept = queue.step(claim, aStep());
      return Promise.all([kept, queue.end(claim, anEnd(claim))]);
    }),
  );
  const ended = performance.now();
  console.log(`| ${(accepted - began).toFixed(0)} | ${(ended - accepted).toFixed(0)} |`);
}
await store.close();
line.close();
await place.remove();
await stopTestPostgres();
