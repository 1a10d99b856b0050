import { backends } from "./backends/index.ts";
import { describeBackend } from "./suite.ts";

// scripts/test-real.ts runs this once for each backend.
for (const backend of backends) {
  if (backend.name === process.env["REAL_BACKEND"]) describeBackend(backend);
}
