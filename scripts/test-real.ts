// `npm run test:real`: the documented requests, through a gateway in front of real backends that npm has.
//
//     npm run test:real                        each backend that can be installed here
//     npm run test:real -- parse strapi        those alone; one that can't be installed has failed
//
// Backends are installed in a folder outside this project (REAL_CACHE, or one of the system's for temporary files), which is
// kept. Exit code 1 when a backend has failed, 64 when one is not known.
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Backend } from "../test/real/backend.ts";
import { backends } from "../test/real/backends/index.ts";
import { installed } from "../test/real/install.ts";

/** Milliseconds for the suite of one backend. */
const LONGEST = 900_000;

const names = process.argv.slice(2);
const unknown = names.filter((name) => !backends.some((backend) => backend.name === name));
if (unknown.length > 0) {
  const known = backends.map(({ name }) => name).join(", ");
  console.error(`There is no backend ${unknown.join(", ")}. There are: ${known}`);
  process.exit(64);
}
const outcomes: string[] = [];
for (const backend of backends) {
  if (names.length > 0 && !names.includes(backend.name)) continue;
  const [[name, version] = []] = Object.entries(backend.packages);
  outcomes.push(`${name} ${version}: ${await outcomeOf(backend)}`);
}
console.log(`\n${outcomes.join("\n")}`);

async function outcomeOf(backend: Backend): Promise<string> {
  console.log(`\nInstalling ${backend.name}. The first time this may take some minutes.`);
  try {
    await installed(backend);
  } catch (error) {
    const why = (error as Error).message.trim().split("\n").slice(-8).join("\n  ");
    if (names.length === 0) return `skipped, since it can't be installed here: ${why}`;
    process.exitCode = 1;
    return `FAILED, since it can't be installed here: ${why}`;
  }
  const suite = spawn(process.execPath, ["node_modules/mocha/bin/mocha.js", "test/real/all.ts"], {
    env: { ...process.env, REAL_BACKEND: backend.name },
    stdio: "inherit",
    timeout: LONGEST,
  });
  const [code] = (await once(suite, "exit")) as [number | null];
  if (code === 0) return "passed";
  process.exitCode = 1;
  return code === null ? "FAILED, since it took too long" : "FAILED";
}
