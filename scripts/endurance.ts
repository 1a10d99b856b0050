// `npm run test:endurance`: the long forms of tests. `-- --postgres`: those of several gateways on one Postgres.
await (process.argv.includes("--postgres")
  ? import("./endurance-postgres.ts")
  : import("./endurance-sqlite.ts"));
