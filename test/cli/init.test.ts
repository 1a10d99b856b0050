import { expect } from "chai";
import { folderWith, sidehook } from "../support/command.ts";
import { startJsonServer } from "../support/json-server.ts";

describe("sidehook init", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  it("writes a file that passes the check, and tells what it found and what to do next", async () => {
    const backend = await startJsonServer({ posts: [{ id: 1, categoryId: 1 }], categories: [] });
    const folder = await folderWith({});
    const { code, stdout, stderr } = await sidehook(["init", backend.url], { cwd: folder.path });
    const check = await sidehook(["check"], { cwd: folder.path });
    await Promise.all([backend.stop(), folder.remove()]);
    expect([code, stderr]).to.deep.equal([0, ""]);
    expect(stdout)
      .to.include(`Found json-server at ${backend.url}`)
      .and.include("Its collections: categories, posts.")
      .and.include("Wrote gateway.yaml, which passes sidehook check, and gateway.schema.json")
      .and.include("sidehook start\n");
    expect(check.stdout).to.equal("gateway.yaml is fine\n");
  });

  it("works without a URL, and into a file of another name", async () => {
    const folder = await folderWith({});
    const place = { cwd: folder.path };
    const { stdout } = await sidehook(["init", "--config", "other.yaml"], place);
    const json = await sidehook(["init", "--json"], place);
    const left = await folder.names();
    await folder.remove();
    expect(stdout)
      .to.match(/^Nothing was asked\./)
      .and.include("sidehook start --config other.yaml");
    expect(JSON.parse(json.stdout)).to.deep.equal({
      file: "gateway.yaml",
      url: "http://127.0.0.1:3000",
      api: "rest",
      prefix: null,
      collections: [],
    });
    expect(left.toSorted()).to.deep.equal(["gateway.schema.json", "gateway.yaml", "other.yaml"]);
  });

  it("writes the schema that its first line names, and keeps one that is there", async () => {
    const folder = await folderWith({});
    const place = { cwd: folder.path };
    await sidehook(["init"], place);
    const [file, schema] = await Promise.all(
      ["gateway.yaml", "gateway.schema.json"].map((name) => folder.read(name)),
    );
    const { stdout: printed } = await sidehook(["schema"], place);
    await folder.remove();
    expect(file).to.match(/^# yaml-language-server: \$schema=\.\/gateway\.schema\.json\n/);
    expect(schema).to.equal(printed);

    const kept = await folderWith({ "gateway.schema.json": "mine" });
    const { stdout } = await sidehook(["init"], { cwd: kept.path });
    const mine = await kept.read("gateway.schema.json");
    await kept.remove();
    expect(mine).to.equal("mine");
    expect(stdout).to.include("gateway.schema.json was there already, and is as it was.");
  });

  it("overwrites nothing, and exits 1", async () => {
    const folder = await folderWith({ "gateway.yaml": "mine" });
    const { code, stdout, stderr } = await sidehook(["init"], { cwd: folder.path });
    const kept = await folder.read("gateway.yaml");
    await folder.remove();
    expect([code, stdout, kept]).to.deep.equal([1, "", "mine"]);
    expect(stderr).to.include("overwrites nothing").and.include("--config other.yaml");
  });
});
