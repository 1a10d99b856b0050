import { rename } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { folderWith, run, sidehook } from "../support/command.ts";

const CONFIGURATION = `
upstream: { url: "http://127.0.0.1:1" }
identity: { jwt: { secret: "a secret of thirty-two characters!", algorithms: [HS256] } }
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - type: condition
        if: size(trigger.params.values.title) < 3
        then:
          - { type: response-message, message: "'\${{ trigger.params.values.title }}' is too short" }
          - { type: end, status: failed }
      - type: set-request
        values: { by: "\${{ trigger.user.name }} (\${{ trigger.roleName }})", at: "\${{ now().format('yyyy-MM-dd') }}" }
  pay-out:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps:
      - { type: delay, for: 2h }
      - id: turns
        type: loop
        over: 2
        steps:
          - { id: pay, type: request, url: "http://pay.example/", retry: { attempts: 3, delay: 1h }, body: { turn: "\${{ each.index }}" } }
  nightly:
    trigger: { type: schedule, cron: "0 3 * * *" }
    steps:
      - { id: rows, type: query, collection: posts }
      - { type: output, value: "\${{ size(steps.rows) }}" }
`;

const ANN = "user: { id: 3, name: Ann }, roleName: editor";
const PAID = "{ result: { status: 200 } }";

describe("sidehook test", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  it("passes where all is as expected: answer, forwarded request, queued runs and steps", async () => {
    const { code, stdout, stderr } = await tested(`
tests:
  - name: a short title is refused
    request: { method: POST, path: "/posts:create", body: { title: ab }, ${ANN} }
    expect:
      status: 400
      headers: { content-type: application/json, x-nothing: null }
      body: { errors: [{ message: "'ab' is too short" }] }
      forwarded: null
      runs: { guard: failed, pay-out: null }
  - name: a post is marked, and paid for in two turns
    request: { method: POST, path: "/posts:create?x=1", body: { title: abc } }
    user: { id: 3, name: Ann }
    roleName: editor
    time: 2026-03-01T12:00:00Z
    steps: { pay: [{ error: no }, ${PAID}, { result: { status: 201 } }] }
    upstream: { status: 201, body: { id: 7 } }
    expect:
      status: 201
      body: { id: 7 }
      forwarded: { method: POST, path: /posts, body: { by: Ann (editor), at: "2026-03-01" } }
      runs: { guard: succeeded, pay-out: succeeded }
      steps:
        turns: { result: [{ status: 200 }, { status: 201 }] }
        "turns[0].pay": { attempts: 2, input: { body: { turn: 0 } } }
        "turns[1].pay": { attempts: 1, status: succeeded }
  - name: a caller without a token is not let in
    request: { method: POST, path: "/posts:create", body: { title: abc } }
    expect: { status: 401, forwarded: null }
  - name: a workflow can be run by itself
    run: { workflow: nightly, trigger: { scheduledAt: "2026-03-01T03:00:00Z" } }
    steps: { rows: { result: [{ id: 1 }] } }
    expect: { runs: { nightly: succeeded }, steps: { output#1: { result: 1 } } }
`);
    expect([code, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.match(/\n4 passed\n$/);
  });

  it("tells what differs, with the place that expects it", async () => {
    const { code, stdout } = await tested(`
tests:
  - name: wrong
    request: { method: POST, path: "/posts:create", body: { title: abc }, ${ANN} }
    steps: { pay: ${PAID} }
    expect:
      status: 200
      body: { title: abd }
      forwarded: null
      runs: { guard: failed }
      steps: { pay: { result: { status: 500 } } }
`);
    expect(code).to.equal(1);
    const told = stdout.replace(/ +[\d.]+ m?s$/gm, "");
    expect(told).to.include("a.test.yaml:7:15: the status is 201, not 200\n");
    expect(told).to.include('      -  "title": "abd"\n      +  "title": "abc"\n');
    expect(told).to.include("a.test.yaml:9:18: the request is forwarded: POST /posts\n");
    expect(told).to.include("a.test.yaml:10:22: guard is succeeded, not failed\n");
    expect(told).to.include("a.test.yaml:11:31: the result of the step differs\n");
    expect(told).to.match(/\n0 passed, 1 failed\n$/);
  });

  it("fails where a step would need the world outside, and says how to mock it", async () => {
    const { code, stdout } = await tested(`
tests:
  - name: not mocked
    request: { method: POST, path: "/posts:create", body: { title: abc }, ${ANN} }
    expect: { status: 201 }
`);
    expect(code).to.equal(1);
    expect(stdout).to.include(
      "the step turns[0].pay (request) of pay-out is not mocked: it would send POST http://pay.example/. " +
        "Say what it gives: steps: { pay: { result: … } }",
    );
  });

  it("fails where a list of mocks is used up", async () => {
    const { stdout } = await tested(`
tests:
  - name: used up
    request: { method: POST, path: "/posts:create", body: { title: abc }, ${ANN} }
    steps: { pay: [${PAID}] }
    expect: { status: 201 }
`);
    expect(stdout).to.include("steps.pay has 1 entries, and the step is done once more");
  });

  it("tells all mistakes of a file at once, and exits 1", async () => {
    const { code, stdout } = await tested(`
tests:
  - name: mistaken
    request: { method: post, path: posts }
    steps: { payy: ${PAID} }
    expect: { statsu: 200 }
  - name: neither request nor run
    expect: { status: 200 }
`);
    expect(code).to.equal(1);
    expect(stdout).to.match(/a\.test\.yaml:4:\d+: .*method/);
    expect(stdout).to.match(/a\.test\.yaml:4:\d+: .*path/);
    expect(stdout).to.include('unknown key "statsu"; did you mean "status"?');
    expect(stdout).to.include("a test takes a request, or a run of a workflow");
  });

  it("warns of a mock for a step that there is not, which the step that goes without it shows", async () => {
    const { code, stdout } = await tested(`
tests:
  - name: misspelt
    request: { method: POST, path: "/posts:create", body: { title: abc }, ${ANN} }
    steps: { payy: ${PAID} }
    expect: { status: 201 }
`);
    expect(code).to.equal(1);
    expect(stdout)
      .to.include('a.test.yaml:5:14: warning: there is no step "payy"; did you mean "pay"?')
      .and.include("the step turns[0].pay (request) of pay-out is not mocked");
  });

  it("names the nearest step and workflow where it expects something of one that there is not", async () => {
    const { code, stdout } = await tested(`
tests:
  - name: misspelt
    request: { method: POST, path: "/posts:create", body: { title: ab }, ${ANN} }
    expect: { runs: { gaurd: failed }, steps: { payy: null } }
`);
    expect(code).to.equal(1);
    expect(stdout)
      .to.include('a.test.yaml:5:23: there is no workflow "gaurd"; did you mean "guard"?')
      .and.include('a.test.yaml:5:49: there is no step "payy"; did you mean "pay"?');
  });
});

const REFUSED = `
tests:
  - name: a <short> title is refused
    request: { method: POST, path: "/posts:create", body: { title: ab }, ${ANN} }
    expect: { status: 400 }
  - name: wrong
    request: { method: POST, path: "/posts:create", body: { title: ab }, ${ANN} }
    expect: { status: 200 }
`;

describe("sidehook test, for continuous integration", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  it("tells with --coverage which steps and branches no test took, by their places", async () => {
    const { stdout } = await tested(REFUSED, ["--coverage"]);
    expect(stdout)
      .to.include("gateway.yaml:8:9: guard: condition#0 is never false\n")
      .and.include("gateway.yaml:13:9: guard: set-request#1 is not reached\n")
      .and.include("gateway.yaml:23:13: pay-out: turns[*].pay is not reached\n")
      .and.match(/\n4 of 11 steps and branches are taken \(36\.3 %\)\n$/);
  });

  it("fails below --min-coverage, and exits 64 for what is no percentage", async () => {
    const passing = REFUSED.slice(0, REFUSED.indexOf("  - name: wrong"));
    const codes = await Promise.all(
      ["36", "37", "101"].map(
        async (most) => (await tested(passing, ["--min-coverage", most])).code,
      ),
    );
    expect(codes).to.deep.equal([0, 1, 64]);
  });

  it("writes the results with --junit, and gives them with --json", async () => {
    const { code, stdout, read } = await tested(REFUSED, ["--json", "--junit", "report.xml"]);
    const { tests } = JSON.parse(stdout) as { tests: { name: string; passed: boolean }[] };
    expect(code).to.equal(1);
    expect(tests.map((one) => one.passed)).to.deep.equal([true, false]);
    expect(read("report.xml"))
      .to.match(/<testsuites tests="2" failures="1" time="[\d.]+">/)
      .and.include('name="a &lt;short&gt; title is refused"')
      .and.include('<failure message="a.test.yaml:8:23: the status is 400, not 200">');
  });
});

describe("sidehook test --watch", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  it("tests again when a file of tests or the configuration changes, until it is stopped", async () => {
    const passing = REFUSED.slice(0, REFUSED.indexOf("  - name: wrong"));
    const folder = await folderWith({ "gateway.yaml": CONFIGURATION, "a.test.yaml": passing });
    const watching = run("bin/sidehook.js", ["test", "--watch"], { cwd: folder.path });
    await watching.said(/\n1 passed\n/);
    await folder.write("a.test.yaml", REFUSED);
    await watching.said(/\n1 passed, 1 failed\n/);
    await folder.write("gateway.yaml", CONFIGURATION.replace("< 3", "< 1"));
    await watching.said(/\n0 passed, 2 failed\n/);
    watching.process.kill("SIGTERM");
    expect((await watching.ended).code).to.equal(0);
    await folder.remove();
  });

  it("says so when the files are gone, and goes on when they are back", async () => {
    const passing = REFUSED.slice(0, REFUSED.indexOf("  - name: wrong"));
    const folder = await folderWith({ "gateway.yaml": CONFIGURATION, "a.test.yaml": passing });
    const [here, away] = ["a.test.yaml", "away"].map((name) => join(folder.path, name));
    const watching = run("bin/sidehook.js", ["test", "--watch"], { cwd: folder.path });
    await watching.said(/\n1 passed\n/);
    await rename(here!, away!);
    await watching.complained(/There is no \*\.test\.yaml beside gateway\.yaml/);
    await folder.write("a.test.yaml", REFUSED);
    await watching.said(/\n1 passed, 1 failed\n/);
    watching.process.kill("SIGTERM");
    expect((await watching.ended).code).to.equal(0);
    await folder.remove();
  });
});

async function tested(tests: string, options: readonly string[] = []) {
  const folder = await folderWith({ "gateway.yaml": CONFIGURATION, "a.test.yaml": tests });
  const ended = await sidehook(["test", ...options], { cwd: folder.path });
  const names = await folder.names();
  const files = await Promise.all(names.map(async (name) => [name, await folder.read(name)]));
  await folder.remove();
  const own = names.filter((name) => name !== "report.xml");
  expect(own.toSorted(), "nothing else remains").to.deep.equal(["a.test.yaml", "gateway.yaml"]);
  const contents = new Map(files as [string, string][]);
  return { ...ended, read: (name: string) => contents.get(name) ?? "" };
}
