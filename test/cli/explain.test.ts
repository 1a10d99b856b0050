import { expect } from "chai";
import { folderWith, sidehook } from "../support/command.ts";

describe("sidehook explain", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  it("tells how a request is read, what runs before and after it, and why the others do not", async () => {
    const { code, stdout } = await explained([
      "POST",
      "http://localhost:8080/posts:create?x=1#top",
    ]);
    expect(code).to.equal(0);
    expect(stdout).to.equal(
      [
        "POST /posts:create?x=1",
        "  read as    create of posts: workflows are concerned",
        '  before     1. guard "No drafts" (global, for each record)',
        "  forwarded  POST /posts?x=1",
        "  after      2. tell (global, for each record, queued, if the upstream answers 2xx)",
        "  not run    mine is not named: ?triggerWorkflows=mine",
        "",
      ].join("\n"),
    );
  });

  it("tells the answer to a request that is refused", async () => {
    const { code, stdout } = await explained(["get", "/posts:create"]);
    expect(code).to.equal(0);
    expect(stdout).to.include("answered   405 METHOD_NOT_ALLOWED: GET can't ask for posts:create");
  });

  it("runs a workflow that is for one role only with --role, and gives all of it with --json", async () => {
    const { stdout } = await explained([
      "POST",
      "/posts?triggerWorkflows=mine",
      "--role",
      "editor",
      "--json",
    ]);
    const { way, action, runs } = JSON.parse(stdout) as Record<string, object[]>;
    expect(way).to.equal("concerned");
    expect(action).to.include({ collection: "posts", name: "create" });
    expect(runs?.[0]).to.include({ workflow: "mine", place: "before", global: false });
  });

  it("exits 64 for what is no method or no path", async () => {
    const [method, path] = await Promise.all([
      explained(["P0ST", "/"]),
      explained(["GET", "posts"]),
    ]);
    expect([method.code, path.code]).to.deep.equal([64, 64]);
    expect(path.stderr).to.include("it should begin with / or http://");
  });
});

const yaml = `
upstream: { url: "http://127.0.0.1:3000" }
identity: none
workflows:
  guard: { title: No drafts, trigger: { type: pre-action, collection: posts, global: true, actions: [create] }, steps: [] }
  tell: { trigger: { type: post-action, collection: posts, global: true, actions: [create] }, steps: [] }
  mine: { trigger: { type: pre-action, collection: posts, roles: [editor] }, steps: [] }
`;

async function explained(args: readonly string[]) {
  const folder = await folderWith({ "gateway.yaml": yaml });
  const ended = await sidehook(["explain", ...args], { cwd: folder.path });
  await folder.remove();
  return ended;
}
