import { storeContract } from "../support/store-contract.ts";
import { NO_POSTGRES, testPostgres } from "../support/postgres.ts";
import { postgresPlace } from "../support/postgres-place.ts";

const server = await testPostgres();
if (server === null) it.skip(NO_POSTGRES);
else {
  storeContract("Postgres", () => postgresPlace(server), { sweeps: true });
}
