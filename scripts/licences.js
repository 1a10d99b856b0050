// `npm run licences`: the licence of each package that is installed with Sidehook, as a table.
// Exit code 1 where one is not in the list of those that are allowed, or is not known.
//
//     node scripts/licences.js [--check] [package-lock.json]      --check: prints only what is wrong
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** SPDX names of licences under which a package may be given on with Sidehook. */
const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Python-2.0",
  "Unlicense",
  "WTFPL",
]);

const args = process.argv.slice(2);
const only = args.includes("--check");
const file =
  args.find((arg) => arg !== "--check") ??
  fileURLToPath(new URL("../package-lock.json", import.meta.url));

const { packages } = JSON.parse(readFileSync(file, "utf8"));
const shipped = Object.entries(packages)
  .filter(([path, { dev, devOptional }]) => path !== "" && !dev && !devOptional)
  .map(([path, { version, license = "unknown" }]) => ({
    name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
    version,
    license,
    allowed: isAllowed(license),
  }))
  .toSorted((a, b) => a.name.localeCompare(b.name, "en"));

for (const { name, version, license, allowed } of shipped) {
  if (!only || !allowed) {
    console.log([license, `${name}@${version}`, ...(allowed ? [] : ["NOT ALLOWED"])].join("\t"));
  }
}
const wrong = shipped.filter(({ allowed }) => !allowed).length;
if (wrong > 0) {
  console.error(
    `${wrong} of ${shipped.length} packages have a licence that is not in the list of scripts/licences.js`,
  );
  process.exitCode = 1;
}

/** `(MIT OR GPL-3.0)` is a choice; `MIT AND Zlib` needs both. No list of SPDX goes deeper than this here. */
function isAllowed(license) {
  const text = license.replace(/^\((.*)\)$/, "$1");
  return text
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((name) => ALLOWED.has(name.trim())));
}
