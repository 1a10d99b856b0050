import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { folderWith, project, run } from "../support/command.ts";

describe("the packages that are installed with Sidehook", function () {
  this.timeout(120_000); // npm starts slowly on a busy machine

  it("are listed with their licences, all of which are allowed", async () => {
    const { code, stdout, stderr } = await run("scripts/licences.js", []).ended;
    expect([code, stderr]).to.deep.equal([0, ""]);
    expect(stdout)
      .to.match(/^MIT\texpress@5\./m)
      .and.not.match(/mocha@/);
  });

  it("are refused where one has a licence that is not allowed, or none that is known", async () => {
    const { code, stdout, stderr } = await ofLock({
      "": {},
      "node_modules/fine": { version: "1.0.0", license: "(GPL-3.0-only OR MIT)" },
      "node_modules/both": { version: "1.0.0", license: "MIT AND GPL-3.0-only" },
      "node_modules/@a/strict": { version: "2.0.0", license: "AGPL-3.0-only" },
      "node_modules/fine/node_modules/silent": { version: "3.0.0" },
      "node_modules/tool": { version: "1.0.0", license: "GPL-3.0-only", dev: true },
    });
    expect(code).to.equal(1);
    expect(stdout.trim().split("\n")).to.deep.equal([
      "AGPL-3.0-only\t@a/strict@2.0.0\tNOT ALLOWED",
      "MIT AND GPL-3.0-only\tboth@1.0.0\tNOT ALLOWED",
      "unknown\tsilent@3.0.0\tNOT ALLOWED",
    ]);
    expect(stderr).to.include("3 of 4 packages");
  });

  it("are in the bill of materials, and those for development are not", () => {
    const { status, stdout } = spawnSync("npm", ["run", "--silent", "sbom"], {
      cwd: project,
      encoding: "utf8",
      timeout: 100_000,
    });
    const { bomFormat, components } = JSON.parse(stdout) as {
      bomFormat: string;
      components: { name: string; version: string; purl: string }[];
    };
    const names = components.map(({ name }) => name);
    expect([status, bomFormat]).to.deep.equal([0, "CycloneDX"]);
    expect(names).to.include("express").and.include("better-sqlite3").and.not.include("mocha");
  });
});

async function ofLock(packages: object) {
  const folder = await folderWith({ "lock.json": JSON.stringify({ packages }) });
  const ended = await run("scripts/licences.js", ["--check", `${folder.path}/lock.json`]).ended;
  await folder.remove();
  return ended;
}
