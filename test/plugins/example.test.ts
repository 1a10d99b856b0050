import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import request from "supertest";
import { inFolder } from "../config/parts.ts";
import { type Urls, project, run } from "../support/command.ts";
import { startUpstream } from "../support/upstream.ts";

const example = join(project, "examples/plugin");

describe("examples/plugin", () => {
  it("has types that the compiler accepts, and its own test passes", () => {
    const compiler = join(project, "node_modules/typescript/bin/tsc");
    const flags = [
      "--ignoreConfig",
      "--noEmit",
      "--checkJs",
      "--strict",
      "--module",
      "nodenext",
      "--skipLibCheck",
    ];
    const own = join(example, "steps/slack.test.js");
    const compiled = spawnSync(process.execPath, [compiler, ...flags, "--types", "node", own], {
      cwd: project,
      encoding: "utf8",
    });
    expect(compiled.stdout).to.equal("");
    const tested = spawnSync(process.execPath, ["--test", own], { encoding: "utf8" });
    expect(tested.status, tested.stdout).to.equal(0);
  }).timeout(120_000);

  it("tells the team of a new order, from a folder that the package is not in", async () => {
    const hook = createServer().listen(0, "127.0.0.1");
    await once(hook, "listening");
    const told = new Promise<string>((resolve) => {
      hook.on("request", (incoming, answer) => {
        incoming.setEncoding("utf8").on("data", resolve);
        incoming.on("end", () => answer.end("ok"));
      });
    });
    const upstream = await startUpstream((_request, response, body) => {
      response.writeHead(201, { "content-type": "application/json" }).end(body);
    });
    const { port } = hook.address() as AddressInfo;
    const head = "listen: { port: 0 }\nadmin: { port: 0 }\n";
    await inFolder({ "unused.yaml": "" }, async (_file, cwd) => {
      await cp(example, cwd, { recursive: true });
      const text = await readFile(join(cwd, "gateway.yaml"), "utf8");
      await writeFile(join(cwd, "gateway.yaml"), `${head}${text}`);
      const env = {
        UPSTREAM_URL: upstream.url,
        SLACK_WEBHOOK: `http://127.0.0.1:${port}/hook`,
      };
      const gateway = run<Urls>("bin/sidehook.js", ["start"], { cwd, env });
      const { url } = await gateway.serving;
      await request(url).post("/orders").send({ id: 7, customer: "Ada" }).expect(201);
      expect(await told).to.equal('{"text":"Order 7 of Ada"}');
      gateway.process.kill("SIGTERM");
      expect((await gateway.ended).code).to.equal(0);
    });
    hook.close();
    hook.closeAllConnections();
    await upstream.stop();
  });
});
