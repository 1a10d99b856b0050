import { expect } from "chai";
import { onPostgres } from "../support/on-postgres.ts";
import { startBackend } from "./backend.ts";
import { drained } from "./endurance.ts";
import { startGatewayProcess } from "./gateway-process.ts";
import { createMany } from "./load.ts";

onPostgres("two gateways on one Postgres", (server) => {
  it("lose no run that was accepted, when one is killed with kill -9 while it does runs", async () => {
    const url = await server.newDatabase();
    const backend = await startBackend();
    const config = await backend.configFor(url);
    const [one, two] = await Promise.all([
      startGatewayProcess(config),
      startGatewayProcess(config),
    ]);
    try {
      const accepted = new Set<string>();
      const kills: Promise<void>[] = [];
      await createMany(one.url, Array.from({ length: 1_000 }, (_, ref) => ref).values(), {
        clients: 4,
        enough: () => kills.length > 0,
        answered({ runs }) {
          for (const run of runs) accepted.add(run);
          if (accepted.size >= 20 && kills.length === 0) kills.push(one.kill());
        },
      });
      await Promise.all(kills);
      await drained(two);
      const succeeded = new Set((await two.runs("succeeded")).map(({ id }) => id));
      expect(accepted.size).to.be.at.least(20);
      expect([...accepted].filter((id) => !succeeded.has(id))).to.deep.equal([]);
      expect(await two.stop()).to.equal(0);
    } finally {
      await Promise.all([one.kill(), two.kill()]);
      await backend.stop();
      await server.dropDatabase(url);
    }
  }).timeout(90_000);
});
