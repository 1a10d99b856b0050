import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { sidehook } from "../support/command.ts";

describe("the command line", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  for (const [what, args] of wrong()) {
    it(`exits 64 for ${what}, and says where help is`, async () => {
      const { code, stdout, stderr } = await sidehook(args);
      expect(code).to.equal(64);
      expect(stdout).to.equal("");
      expect(stderr).to.include("sidehook").and.include("help").and.not.include("\u001B");
    });
  }

  it("names the nearest command for one that does not exist", async () => {
    const { stderr } = await sidehook(["strat"]);
    expect(stderr).to.include("unknown command 'strat'").and.include("start");
  });

  it("lists its commands with --help, and exits 0", async () => {
    const { code, stdout } = await sidehook(["--help"]);
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/^ +start/m)
      .and.match(/^ +check/m);
  });

  it("prints the version of the package with --version", async () => {
    const file = await readFile(new URL("../../package.json", import.meta.url), "utf8");
    const { version } = JSON.parse(file) as { version: string };
    const { code, stdout } = await sidehook(["--version"]);
    expect([code, stdout]).to.deep.equal([0, `${version}\n`]);
  });
});

function wrong(): [string, string[]][] {
  return [
    ["no command", []],
    ["an unknown command", ["strat"]],
    ["an unknown option", ["start", "--prot", "8080"]],
    ["an option without its value", ["check", "--config"]],
    ["a format that there is not", ["check", "--format", "xml"]],
    ["one argument too many", ["check", "gateway.yaml"]],
  ];
}
