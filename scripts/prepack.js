// Before `npm pack` and `npm publish`: builds dist/ anew, so that nothing stale is in the package.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
// What npm pack prints is for programs: the build is told on the other stream.
const { status } = spawnSync("npm", ["run", "--silent", "build"], {
  cwd: root,
  stdio: ["ignore", 2, 2],
});
process.exitCode = status ?? 1;
