import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { publint } from "publint";
import { type Urls, project, run } from "../support/command.ts";
import { startUpstream } from "../support/upstream.ts";

/** Longer than any of these commands takes, in milliseconds. */
const TOO_LONG = 180_000;

describe("the package that npm pack makes", function () {
  this.timeout(TOO_LONG + 60_000); // npm and the compiler start slowly on a busy machine

  let folder = "";
  let files: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "sidehook-package-"));
    files = await installed(folder);
  });
  after(() => rm(folder, { recursive: true }));

  it("holds what is run and read, and no sources, tests or settings of this project", () => {
    for (const name of ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "gateway.yaml"]) {
      expect(files).to.include(name);
    }
    for (const name of [
      "bin/sidehook.js",
      "dist/index.js",
      "dist/index.d.ts",
      "docs/operation.md",
    ]) {
      expect(files).to.include(name);
    }
    expect(files).to.include("dist/sandbox/thread.js").and.include("dist/sandbox/guest/script.js");
    expect(files).to.include("dist/store/writer-thread.js").and.include("dist/web/index.html");
    const parts = new Set(files.map((name) => name.split("/")[0]));
    expect([...parts]).not.to.include.oneOf([
      "src",
      "test",
      "bench",
      "web",
      "node_modules",
      "data",
    ]);
    expect(files.filter((name) => name.endsWith(".map"))).to.deep.equal([]);
  });

  it("is as packages should be, by publint", async () => {
    const { messages } = await publint({
      pkgDir: join(folder, "node_modules/sidehook"),
      pack: false,
    });
    expect(messages).to.deep.equal([]);
  });

  it("runs as npx sidehook in the folder where it is installed, without a package for development", async () => {
    await writeFile(join(folder, "gateway.yaml"), CONFIG);
    const { status, stdout, stderr } = spawnSync(
      "npm",
      ["exec", "--offline", "--no", "--", "sidehook", "check"],
      { cwd: folder, encoding: "utf8", timeout: TOO_LONG },
    );
    expect({ status, stdout, stderr }).to.deep.include({
      status: 0,
      stdout: "gateway.yaml is fine\n",
    });
  });

  it("serves from there", async () => {
    const upstream = await startUpstream();
    const root = join(folder, "node_modules/sidehook");
    await writeFile(join(folder, "gateway.yaml"), CONFIG);
    const env = { UPSTREAM: upstream.url };
    const gateway = run<Urls>("bin/sidehook.js", ["start"], { root, cwd: folder, env });
    const { url, adminUrl } = await gateway.serving;
    const passed = await fetch(`${url}/posts`);
    const healthy = await fetch(`${adminUrl}/healthz`);
    gateway.process.kill("SIGTERM");
    const { code } = await gateway.ended;
    await upstream.stop();
    expect([passed.status, healthy.status, code]).to.deep.equal([200, 200, 0]);
    expect(upstream.lines()).to.deep.equal(["GET /posts"]);
  });

  it("is a library too: startGateway takes an object or a file, and stop ends it", async () => {
    const upstream = await startUpstream();
    await writeFile(join(folder, "gateway.yaml"), CONFIG);
    await writeFile(join(folder, "own.mjs"), PROGRAM);
    const { status, stdout, stderr } = await ended("own.mjs", { UPSTREAM: upstream.url });
    await upstream.stop();
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    expect(stdout).to.include("reload 200\nobject 200\n").and.include("reload 200\nfile 200\n");
    expect(stdout).to.match(/^gateway\.yaml:1:\d+: unknown key "listn"; did you mean "listen"\?$/m);
    expect(stdout).to.include("step slack acts\n");
  });

  it("has types for startGateway and defineStep, which catch mistakes", async () => {
    await writeFile(join(folder, "own.ts"), TYPED);
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: { module: "nodenext", strict: true, noEmit: true, types: ["node"] },
      }),
    );
    const compiler = join(project, "node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [compiler, "-p", "."], {
      cwd: folder,
      encoding: "utf8",
      timeout: TOO_LONG,
    });
    expect(stdout).to.equal("");
  });

  const ended = async (script: string, env: Readonly<Record<string, string>>) => {
    const { code, ...output } = await run(script, [], { root: folder, cwd: folder, env }).ended;
    return { status: code, ...output };
  };
});

const CONFIG = `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: "\${UPSTREAM:-http://127.0.0.1:3000}" }
log: { level: error }
`;

const PROGRAM = `
import { defineStep, startGateway } from "sidehook";
import { z } from "zod";

const config = {
  listen: { port: 0 },
  admin: { port: 0 },
  upstream: { url: process.env.UPSTREAM },
  log: { level: "error" },
};
for (const [what, given] of [["object", config], ["file", "gateway.yaml"]]) {
  const gateway = await startGateway(given);
  const reload = { method: "POST", headers: { "content-type": "application/json" } };
  console.log("reload", (await fetch(gateway.adminUrl + "/reload", reload)).status);
  console.log(what, (await fetch(gateway.url + "/posts")).status);
  await gateway.stop();
}
await startGateway({ ...config, listn: {} }).catch(({ message }) => console.log(message));
const step = defineStep({
  type: "slack",
  title: "Slack",
  about: "Says something.",
  result: "null",
  acts: true,
  config: z.strictObject({ text: z.string() }),
  run: ({ text }) => ({ go: "on", result: text }),
});
console.log("step", step.type, step.acts ? "acts" : "computes");
`;

const TYPED = `
import { type RunningGateway, StepError, defineStep, fields, on, startGateway, z } from "sidehook";

export const gateway: Promise<RunningGateway> = startGateway({ upstream: { url: "http://127.0.0.1:1" } }, { env: {} });
// @ts-expect-error -- a number is not a configuration
void startGateway(7);
export const step = defineStep({
  type: "slack",
  title: "Slack",
  about: "Says something.",
  result: "null",
  config: z.strictObject({ text: z.string(), webhook: fields.url }),
  async run({ text, webhook: to }, { say, services, signal }) {
    say(text);
    // @ts-expect-error -- a text has no such property
    void text.lenght;
    const { status } = await services.outbound({ to, method: "POST", headers: {}, body: text, signal });
    if (status !== 200) throw new StepError("SLACK_FAILED", "no", { retryable: false });
    return on(text.length);
  },
});
`;

/**
 * Packs the project as it is built, and unpacks it as an installation would. The packages that it depends on are links to
 * those that the lock file installed here, without those for development. Who compiles has the types of Node.
 * @returns the names of its files
 */
async function installed(folder: string): Promise<string[]> {
  const packed = spawnSync(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--offline", "--pack-destination", folder],
    { cwd: project, encoding: "utf8", timeout: TOO_LONG },
  );
  const [{ filename, files }] = JSON.parse(packed.stdout) as [
    { filename: string; files: { path: string }[] },
  ];
  const target = join(folder, "node_modules/sidehook");
  await mkdir(join(folder, "node_modules/.bin"), { recursive: true });
  await mkdir(target);
  spawnSync("tar", ["-xzf", join(folder, filename), "-C", target, "--strip-components=1"]);
  await symlink("../sidehook/bin/sidehook.js", join(folder, "node_modules/.bin/sidehook"));
  await writeFile(join(folder, "package.json"), '{"name":"own","private":true,"type":"module"}');
  const lock = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean }>;
  };
  for (const [path, { dev = false }] of Object.entries(lock.packages)) {
    // A package inside another's folder comes along with that.
    const types = /^node_modules\/(@types\/node|undici-types)$/.test(path);
    if ((dev && !types) || !/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path)) continue;
    if (!existsSync(join(project, path))) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(join(project, path), join(folder, path));
  }
  return files.map(({ path }) => path);
}
