import { backends } from "./backends/index.ts";
import { describeBackend } from "./suite.ts";

// scripts/test-real.ts runs this once for each backend.
const name = process.env["REAL_BACKEND"];
const backend = backends.find((one) => one.name === name);
if (backend === undefined) throw new Error(`REAL_BACKEND names no backend: ${name}`);
describeBackend(backend);
