import { expect } from "chai";
import { type Ended, folderWith, sidehook } from "../support/command.ts";

describe("sidehook check", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  it("says that a configuration is fine, and exits 0", async () => {
    const { code, stdout, stderr } = await check(fine);
    expect({ code, stdout, stderr }).to.deep.equal({
      code: 0,
      stdout: "gateway.yaml is fine\n",
      stderr: "",
    });
  });

  it("reports all problems at once, each with its place, and exits 1", async () => {
    const { code, stdout } = await check(broken);
    expect(code).to.equal(1);
    expect(places(stdout)).to.deep.equal(["gateway.yaml:2:1", "gateway.yaml:8:21"]);
    expect(stdout).to.include('did you mean "listen"?').and.include('did you mean "params"?');
  });

  it("reports problems as a JSON list of file, line, col and message with --format json", async () => {
    const { code, stdout } = await check(broken, "--format", "json");
    const problems = JSON.parse(stdout) as Record<string, unknown>[];
    expect(code).to.equal(1);
    expect(problems.map(({ file, line, col }) => [file, line, col])).to.deep.equal([
      ["gateway.yaml", 2, 1],
      ["gateway.yaml", 8, 21],
    ]);
    expect(problems.map(Object.keys)).to.deep.equal(
      problems.map(() => ["file", "line", "col", "message"]),
    );
  });

  it("says it as GitHub's commands with --format github, and as a SARIF log with --format sarif", async () => {
    const [github, sarif] = await Promise.all(
      ["github", "sarif"].map((format) => check(broken, "--format", format)),
    );
    expect(github?.stdout.split("\n")[0]).to.match(
      /^::error file=gateway\.yaml,line=2,col=1,title=sidehook check::.*did you mean "listen"\?$/,
    );
    const { version, runs } = JSON.parse(sarif?.stdout ?? "") as Sarif;
    expect(version).to.equal("2.1.0");
    expect(
      runs[0]?.results.map(({ level, locations }) => [
        level,
        locations[0]?.physicalLocation.region,
      ]),
    ).to.deep.equal([
      ["error", { startLine: 2, startColumn: 1 }],
      ["error", { startLine: 8, startColumn: 21 }],
    ]);
    expect([github?.code, sarif?.code]).to.deep.equal([1, 1]);
  });

  it("exits 1 for warnings with --strict", async () => {
    const idle = `${fine}workflows: { idle: { trigger: { type: subflow }, steps: [] } }\n`;
    const [lenient, strict] = await Promise.all([check(idle), check(idle, "--strict")]);
    expect([lenient.code, strict.code]).to.deep.equal([0, 1]);
    expect(lenient.stdout).to.match(/warning: .*nothing runs it.*\ngateway\.yaml is fine\n$/);
    expect(strict.stdout).to.not.include("is fine");
  });

  it("reports an empty JSON list when there are no problems", async () => {
    const { code, stdout } = await check(fine, "--format", "json");
    expect([code, stdout]).to.deep.equal([0, "[]\n"]);
  });

  it("tells each database with its pool, and without a password", async () => {
    const yaml = `${fine}databases:
  shop: { client: pg, connection: "postgres://me:hunter22@db:5432/shop" }
  stock: { client: mysql2, connection: { host: db, user: me, password: hunter22, database: stock } }
`;
    const { stdout } = await check(yaml);
    expect(stdout).to.equal(`database shop (pg): db:5432/shop, at most 10 connections
database stock (mysql2): db/stock, at most 10 connections
gateway.yaml is fine
`);
  });

  it("warns of a secret that is written out, and exits 0", async () => {
    const yaml = `${fine}workflows:
  paid:
    trigger: { type: webhook, auth: { basic: { username: pay, password: hunter2 } } }
    steps:
      - { type: request, url: "http://h", headers: { X-Api-Key: "\${KEY:-}", X-Auth-Key: abc } }
`;
    const { code, stdout } = await check(yaml);
    expect(code).to.equal(0);
    expect(places(stdout).slice(0, 2)).to.deep.equal(["gateway.yaml:4:73", "gateway.yaml:6:89"]);
    expect(stdout).to.match(
      /: warning: workflows\.paid\.trigger\.auth\.basic\.password: a secret is written out/,
    );
    expect(stdout)
      .to.match(/gateway\.yaml is fine\n$/)
      .and.not.include("hunter2");
    const json = await check(yaml, "--format", "json");
    expect(json.code).to.equal(0);
    expect(JSON.parse(json.stdout)).to.have.length(2);
  });

  it("tells the next three times of a schedule, except as JSON", async () => {
    const yaml = `${fine}workflows:
  yearly:
    trigger: { type: schedule, cron: "0 3 1 1 *", timezone: Europe/Berlin }
    steps: []
`;
    const { code, stdout } = await check(yaml);
    expect(code).to.equal(0);
    expect(stdout).to.match(
      /^yearly \(0 3 1 1 \* in Europe\/Berlin\): next at (\d{4}-01-01T02:00:00\.000Z(, )?){3}\ngateway\.yaml is fine\n$/,
    );
    expect((await check(yaml, "--format", "json")).stdout).to.equal("[]\n");
  });

  it("names a file that is missing, and exits 1", async () => {
    const { code, stdout } = await check(fine, "--config", "nowhere.yaml");
    expect(code).to.equal(1);
    expect(stdout).to.match(/^nowhere\.yaml:1:1: can't read the file/);
  });

  it("writes no colours into a pipe", async () => {
    const { stdout } = await check(broken);
    expect(stdout).not.to.include("\u001B");
  });

  it("opens neither a port nor the store", async () => {
    const folder = await folderWith({
      "gateway.yaml": `${fine}store: { url: "sqlite:./a/b.db" }\n`,
    });
    const { code } = await sidehook(["check"], { cwd: folder.path });
    const left = await folder.names();
    await folder.remove();
    expect([code, left]).to.deep.equal([0, ["gateway.yaml"]]);
  });
});

const fine = 'upstream: { url: "http://127.0.0.1:3000" }\n';
const broken = `upstream: { url: "http://127.0.0.1:3000" }
listn: { port: 0 }
workflows:
  guard:
    trigger: { type: pre-action, collection: posts }
    steps:
      - type: condition
        if: trigger.parms.values.title == "a"
`;

async function check(yaml: string, ...options: string[]): Promise<Ended> {
  const folder = await folderWith({ "gateway.yaml": yaml });
  const ended = await sidehook(["check", ...options], { cwd: folder.path });
  await folder.remove();
  return ended;
}

/** `a.yaml:2:1: wrong` → `a.yaml:2:1`, of each line. */
const places = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => /^(.+?:\d+:\d+): ./.exec(line)?.[1]);

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly results: readonly {
      readonly level: string;
      readonly locations: readonly { readonly physicalLocation: { readonly region: object } }[];
    }[];
  }[];
}
