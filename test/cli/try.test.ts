import { expect } from "chai";
import { folderWith, sidehook } from "../support/command.ts";
import { type Answer, answerJson, startUpstream } from "../support/upstream.ts";

const WORKFLOWS = `
identity: none
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - type: condition
        if: size(trigger.params.values.title) < 3
        then:
          - { type: response-message, message: "'\${{ trigger.params.values.title }}' is too short" }
          - { type: end, status: failed }
      - { id: place, type: query, collection: categories, key: "1" }
      - { type: set-request, values: { place: "\${{ steps.place.name }}" } }
  tell:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps:
      - { type: delay, for: 1h }
      - { id: call, type: request, url: "http://notify.example/hook", body: { id: "\${{ trigger.data.id }}" } }
      - { id: note, type: create, collection: notes, values: { about: "\${{ trigger.data.title }}" } }
`;

const answer: Answer = ({ method = "", url = "" }, response) => {
  if (method === "GET" && url === "/categories/1")
    answerJson(response, 200, { id: 1, name: "News" });
  else if (method === "POST") answerJson(response, 201, { id: 7, title: "Saved" });
  else answerJson(response, 404, {});
};

describe("sidehook try", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  it("shows what each step does, and why nothing is forwarded", async () => {
    const { code, stdout, asked } = await tried(["POST", "/posts", "-d", '{"title":"ab"}']);
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/^POST \/posts: create of posts\n/)
      .and.match(/^guard {2}failed {2}/m)
      .and.match(/end#1 {2}end {2}succeeded/)
      .and.include("message: 'ab' is too short")
      .and.include("\nNot forwarded.\n")
      .and.match(/^ {2}400$/m);
    expect(asked).to.deep.equal([]);
  });

  it("reads from the upstream, shows the request as it would be forwarded, and sends nothing that is written", async () => {
    const { stdout, asked } = await tried(["POST", "/posts", "-d", '{"title":"abc"}']);
    expect(stdout)
      .to.include('+  "place": "News"')
      .and.include("not sent: send POST http://notify.example/hook")
      .and.include("not sent: create notes")
      .and.match(/^tell {2}succeeded/m);
    expect(asked).to.deep.equal(["GET /categories/1"]);
  });

  it("sends all of it with --live, but for steps that --mock gives a result to", async () => {
    const args = ["POST", "/posts", "-d", '{"title":"abc"}', "--live", "--json"];
    const { stdout, asked } = await tried([...args, "--mock", 'call={"status":200}']);
    const {
      runs,
      answer: given,
      heldBack,
    } = JSON.parse(stdout) as {
      runs: { workflow: string; status: string }[];
      answer: { status: number; body: unknown };
      heldBack: unknown[];
    };
    expect(runs.map(({ workflow, status }) => [workflow, status])).to.deep.equal([
      ["guard", "succeeded"],
      ["tell", "succeeded"],
    ]);
    expect(given).to.deep.include({ status: 201, body: { id: 7, title: "Saved" } });
    expect([heldBack, asked]).to.deep.equal([
      [],
      ["GET /categories/1", "POST /posts", "POST /notes"],
    ]);
  });

  it("says so when the upstream can't be reached", async () => {
    const { stdout } = await tried(["GET", "/posts"], "http://127.0.0.1:1");
    expect(stdout)
      .to.include("The upstream can't be asked GET /posts: UPSTREAM_UNREACHABLE")
      .and.match(/^ {2}502$/m);
  });

  it("writes with --record a test that passes", async () => {
    const upstream = await startUpstream(answer);
    const yaml = `upstream: { url: "${upstream.url}" }\n${WORKFLOWS}`;
    const folder = await folderWith({ "gateway.yaml": yaml });
    const args = ["POST", "/posts", "-d", '{"title":"abc"}', "--record", "new.test.yaml"];
    await sidehook(["try", ...args], { cwd: folder.path });
    await upstream.stop();
    const { code, stdout } = await sidehook(["test"], { cwd: folder.path });
    const written = await folder.read("new.test.yaml");
    await folder.remove();
    expect(written).to.include("name: create of posts is answered 201");
    expect(stdout).to.match(/\n1 passed\n$/);
    expect(code).to.equal(0);
  });

  it("writes no secret of the request with --record, and over no other file (a credential in a file that is shared)", async () => {
    const folder = await folderWith({
      "gateway.yaml": `upstream: { url: "http://127.0.0.1:9" }\n${WORKFLOWS}`,
      "kept.test.yaml": "mine",
    });
    const body = '{"title":"abc","password":"hunter22"}';
    const path = "/posts?access_token=s3cr3t2";
    const args = ["POST", path, "-d", body, "-H", "Authorization: Bearer s3cr3t", "--record"];
    await sidehook(["try", ...args, "new.test.yaml"], { cwd: folder.path });
    const refused = await sidehook(["try", ...args, "kept.test.yaml"], { cwd: folder.path });
    const mocked = ["--record", "mocked.test.yaml", "--mock", 'of_somebody={"n":1}'];
    await sidehook(["try", "POST", "/posts", "-d", body, ...mocked], { cwd: folder.path });
    expect(await folder.read("mocked.test.yaml")).to.match(/of_somebody:\s+result:\s+n: 1/);
    const tested = await sidehook(["test", "new.test.yaml"], { cwd: folder.path });
    const [written, kept] = [
      await folder.read("new.test.yaml"),
      await folder.read("kept.test.yaml"),
    ];
    await folder.remove();
    expect(written).to.not.include("hunter22").and.not.include("s3cr3t");
    expect(written).to.include('password: "[redacted]"');
    expect([kept, refused.code]).to.deep.equal(["mine", 1]);
    expect(refused.stderr).to.equal("kept.test.yaml is there already; name another file\n");
    expect(tested.stdout).to.match(/\n1 passed\n$/);
  });

  it("exits 78 for a configuration that can't be used, and 64 for a header that is none", async () => {
    expect((await sidehook(["try", "GET", "/", "--config", "nowhere.yaml"])).code).to.equal(78);
    expect((await sidehook(["try", "GET", "/", "-H", "nonsense"])).code).to.equal(64);
  });
});

async function tried(args: readonly string[], url?: string) {
  const upstream = await startUpstream(answer);
  const yaml = `upstream: { url: "${url ?? upstream.url}" }\n${WORKFLOWS}`;
  const folder = await folderWith({ "gateway.yaml": yaml });
  const ended = await sidehook(["try", ...args], { cwd: folder.path });
  const names = await folder.names();
  await folder.remove();
  await upstream.stop();
  expect(names, "nothing remains").to.deep.equal(["gateway.yaml"]);
  return { ...ended, asked: upstream.lines() };
}
