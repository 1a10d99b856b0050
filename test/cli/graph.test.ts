import { expect } from "chai";
import { folderWith, sidehook } from "../support/command.ts";

describe("sidehook graph", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  it("draws a workflow as a tree, and with --mermaid, --svg or --json in another form", async () => {
    const forms = await Promise.all(
      [[], ["--mermaid"], ["--svg"], ["--json"]].map((form) => drawn(form)),
    );
    expect(forms.map(({ code }) => code)).to.deep.equal([0, 0, 0, 0]);
    const [tree, mermaid, svg, json] = forms.map(({ stdout }) => stdout);
    expect(tree).to.equal(
      "guard\nbefore create of posts, on every request\n└─ stop (end)  status: failed\n",
    );
    expect(mermaid).to.match(/^flowchart /);
    expect(svg).to.match(/^<svg /);
    expect(JSON.parse(json ?? "")).to.deep.include({ key: "guard", title: null, enabled: true });
  });

  it("names the nearest workflow for a key that there is not, and exits 1", async () => {
    const { code, stdout, stderr } = await drawn([], "gaurd");
    expect([code, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.equal('gateway.yaml has no workflow "gaurd"; did you mean "guard"?\n');
  });

  it("lists the workflows for a key that is near to none", async () => {
    const { stderr } = await drawn([], "something-else");
    expect(stderr).to.equal('gateway.yaml has no workflow "something-else"; it has guard\n');
  });

  it("exits 78 for a configuration that can't be used, and 64 for two forms at once", async () => {
    const missing = await drawn(["--config", "nowhere.yaml"]);
    expect(missing.code).to.equal(78);
    expect(missing.stderr).to.match(/^nowhere\.yaml:1:1: can't read the file/);
    expect((await drawn(["--svg", "--mermaid"])).code).to.equal(64);
  });
});

const yaml = `
upstream: { url: "http://127.0.0.1:3000" }
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps: [{ id: stop, type: end, status: failed }]
`;

async function drawn(options: readonly string[], key = "guard") {
  const folder = await folderWith({ "gateway.yaml": yaml });
  const ended = await sidehook(["graph", key, ...options], { cwd: folder.path });
  await folder.remove();
  return ended;
}
