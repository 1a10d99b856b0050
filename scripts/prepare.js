// Makes a clone ready: installs what package-lock.json names, builds dist/ from src/ and dist/web/ from web/, each only when
// something differs.
// Node's own modules only, since nothing else may be there yet.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

if (!isInstalled()) {
  console.log("Installing packages. better-sqlite3 may be compiled, which takes some minutes.");
  runOrExit("npm", ["ci", "--no-audit", "--no-fund"]);
}
if (newest("src") > changed("dist/cli/index.js")) {
  console.log("Building.");
  runOrExit("npm", ["run", "--silent", "build:gateway"]);
}
if (Math.max(newest("web"), newest("src/model")) > changed("dist/web/index.html")) {
  console.log("Building the page.");
  runOrExit("npm", ["run", "--silent", "build:page"]);
}

/** Whether node_modules holds what package-lock.json names. npm may leave optional packages out. */
function isInstalled() {
  const there = packages("node_modules/.package-lock.json");
  return Object.entries(packages("package-lock.json")).every(
    ([path, { version, optional }]) => path === "" || optional || there[path]?.version === version,
  );
}

function packages(lockFile) {
  const path = join(root, lockFile);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).packages : {};
}

/** When a file was changed last, in milliseconds; 0 when it is not there. */
function changed(name) {
  const path = join(root, name);
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

/** When the newest file of a folder was changed. */
function newest(folder) {
  const files = readdirSync(join(root, folder), { recursive: true });
  return Math.max(...files.map((file) => changed(join(folder, file))));
}

/** Runs a command in the project's folder, shows what it prints, and ends with its exit code if it fails. */
function runOrExit(command, args) {
  const shell = process.platform === "win32";
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", shell });
  if (error) console.error(`${command} can't be run: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
