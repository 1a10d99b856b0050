import { expect } from "chai";
import { onPostgres } from "../support/on-postgres.ts";
import { type ChangedBuild, changedBuild } from "./changed-build.ts";
import { type ChaosResult, chaos } from "./chaos.ts";
import { cuts, kills, restarts, standstills } from "./troubles.ts";
import { LEASE, shortLease } from "./short-lease.ts";

// The long form: npm run test:endurance -- --postgres
const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000_007);

onPostgres("three gateways on one Postgres", function (server) {
  this.timeout(240_000);
  let build: ChangedBuild;
  before(async () => (build = await changedBuild(shortLease())));
  after(() => build.remove());

  it(`have done all runs that they accepted, each once, when one or another was killed 4 times (seed ${seed})`, async () => {
    const runs = 120;
    const trouble = kills({ times: 4, runs, seed });
    isWhole(await chaos({ server: server, runs, trouble, bin: build.bin }), runs);
  });

  it(`have done all runs that they accepted, each once, when Postgres crashed twice (seed ${seed})`, async () => {
    const runs = 120;
    const trouble = restarts({ times: 2, runs, seed }, { min: 0, max: 0 });
    isWhole(await chaos({ server: server, runs, trouble, bin: build.bin }), runs);
  });

  it(`have done all runs that they accepted, each once, when one or another stood still for three leases, twice (seed ${seed})`, async () => {
    const runs = 120;
    const trouble = standstills({ times: 2, runs, seed }, LEASE);
    isWhole(await chaos({ server: server, runs, trouble, bin: build.bin }), runs);
  });

  it(`have done all runs that they accepted, each once, when one in a hundred statements lost its connection (seed ${seed})`, async () => {
    const runs = 100;
    const trouble = cuts({ runs, seed });
    isWhole(await chaos({ server: server, runs, trouble, bin: build.bin }), runs);
  });
});

function isWhole({ accepted, ...flaws }: ChaosResult, runs: number): void {
  expect(accepted).to.be.at.least(runs);
  expect(flaws).to.deep.equal({ lost: [], twice: [], stale: [], together: [], unreported: [] });
}
