import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { readConfig } from "../../src/configuration.ts";
import { type CurlAnswer, readCurl, send } from "../sample/curl.ts";
import { type Running, type Urls, project, run } from "../support/command.ts";
import { type Balancer, startBalancer } from "../support/balancer.ts";
import { type TestJsonServer, startJsonServer } from "../support/json-server.ts";
import { onPostgres } from "../support/on-postgres.ts";
import { until } from "../support/until.ts";

const folder = join(project, "examples/several-instances");
const read = (name: string) => readFileSync(join(folder, name), "utf8");

interface Service {
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}
const { services, volumes } = parse(read("compose.yaml"), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
};

/** What the reader exports, beside the addresses of the services in a composition. */
const exported = {
  POSTGRES_PASSWORD: "pg-password",
  ADMIN_PASSWORD: "admin-password",
  SIDEHOOK_KEY: "the key of all instances",
};

/** What a curl command answers. */
interface Expectation {
  /** A part of the command. */
  readonly of: string;
  readonly status: number;
  /** A part of the body. */
  readonly body: string;
  /** Set where a queued run brings it about. */
  readonly eventually?: boolean;
}

/** What each curl command answers, by a part of it. `eventually`: once a queued run has been done. */
const expected: readonly Expectation[] = [
  { of: "/posts/1", status: 200, body: "Hello, sidecar" },
  { of: '"First"', status: 201, body: "First" },
  { of: '"Second"', status: 201, body: "Second" },
  { of: "title=First", status: 200, body: "First", eventually: true },
  { of: "title=Second", status: 200, body: "Second", eventually: true },
  { of: "/runs?workflow=publish", status: 200, body: "publish" },
  { of: '"Third"', status: 201, body: "Third" },
  { of: '"Fourth"', status: 429, body: "RATE_LIMITED" },
];

/** The commands of the README that are followed here: those between the first, which exports secrets, and the last. */
const [exporting = "", ...others] = [
  ...read("README.md").matchAll(/^```sh\n([^]*?)^```/gm),
].flatMap(([, block = ""]) => block.trim().split("\n"));
const commands = others.slice(0, -1);

/** The environment of a service, with what the reader has exported. */
const environmentOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [
      key,
      value.replace(
        /\$\{(\w+):\?[^}]*\}/g,
        (_, variable: keyof typeof exported) => exported[variable],
      ),
    ]),
  );

describe("the example of several instances", () => {
  it("has the reader export each secret that the composition asks for", () => {
    const asked = read("compose.yaml").matchAll(/\$\{(\w+):\?/g);
    for (const [, name = ""] of asked) {
      expect(exporting).to.match(new RegExp(`^export .*\\b${name}=`));
      expect(Object.keys(exported)).to.include(name);
    }
  });

  it("publishes the balancer and the admin ports alone, and mounts files that are there", async () => {
    const published = Object.entries(services).map(([name, { ports = [] }]) => [name, ...ports]);
    expect(published).to.deep.equal([
      ["balancer", "127.0.0.1:8080:8080"],
      ["gateway-1", "127.0.0.1:8081:8081"],
      ["gateway-2", "127.0.0.1:8082:8081"],
      ["postgres"],
      ["backend"],
    ]);
    const mounted = Object.values(services).flatMap(({ volumes: all = [] }) => all);
    for (const source of mounted.map((mount) => mount.split(":")[0] ?? "")) {
      const isThere = source.startsWith(".") ? existsSync(join(folder, source)) : source in volumes;
      expect(isThere, source).to.equal(true);
    }
    const config = await readConfig(join(folder, "gateway.yaml"), environmentOf("gateway-1"));
    expect([config.listen.port, config.admin.port]).to.deep.equal([8080, 8081]);
    expect(config.store.url).to.equal("postgres://sidehook:pg-password@postgres:5432/sidehook");
    expect(environmentOf("gateway-2")).to.deep.equal(environmentOf("gateway-1"));
  });

  it("has a balancer that asks each gateway at its ports, and for its life where both are open", () => {
    const balancer = read("Caddyfile");
    expect(balancer).to.match(/^\s*reverse_proxy gateway-1:8080 gateway-2:8080 \{$/m);
    expect(balancer)
      .to.match(/^\s*health_port 8081$/m)
      .and.match(/^\s*health_uri \/healthz$/m);
  });

  it("is understood by docker", function () {
    const place = {
      cwd: folder,
      env: { PATH: process.env["PATH"], ...exported },
      encoding: "utf8",
    } as const;
    if (spawnSync("docker", ["compose", "version"], place).status !== 0) this.skip();
    const { status, stderr } = spawnSync("docker", ["compose", "config", "--quiet"], place);
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
  });
});

onPostgres("the steps of the example of several instances", function (server) {
  this.timeout(180_000);
  let url: string;
  let backend: TestJsonServer;
  let balancer: Balancer;
  const gateways = new Map<string, Running<Urls> & Urls>();
  const answers: CurlAnswer[] = [];

  before(async () => {
    url = await server.newDatabase();
    backend = await startJsonServer(
      JSON.parse(readFileSync(join(project, "sample/db.json"), "utf8")) as never,
    );
    balancer = await startBalancer(() => [...gateways.values()].map((gateway) => gateway.url));
  });
  after(async () => {
    for (const { process, ended } of gateways.values()) {
      process.kill("SIGKILL");
      await ended;
    }
    await balancer.stop();
    await backend.stop();
    await server.dropDatabase(url);
  });

  const up = async (name: string) => {
    const env = {
      ...environmentOf(name),
      HOST: "127.0.0.1",
      PORT: "0",
      ADMIN_PORT: "0",
      PUBLISH_AFTER: "1s",
      UPSTREAM_URL: backend.url,
      DATABASE_URL: url,
    };
    const running = run<Urls>(
      "bin/sidehook.js",
      ["start", "--config", join(folder, "gateway.yaml")],
      { env },
    );
    gateways.set(name, { ...running, ...(await running.serving) });
  };

  const kill = async (name: string) => {
    const gateway = gateways.get(name);
    gateways.delete(name);
    gateway?.process.kill("SIGKILL");
    await gateway?.ended;
  };

  /** `docker compose up gateway-1` and `kill gateway-1`; `up` alone is both gateways. */
  const compose = async (words: readonly string[]) => {
    const named = words.filter((word) => word.startsWith("gateway-"));
    const names = named.length > 0 ? named : ["gateway-1", "gateway-2"];
    await Promise.all(names.map(words.includes("kill") ? kill : up));
  };

  for (const command of commands) {
    it(`do what they say: ${command}`, async () => {
      if (command.startsWith("docker compose")) {
        await compose(command.split(" "));
        const wanted = command.includes("kill") ? ["gateway-2"] : ["gateway-1", "gateway-2"];
        expect([...gateways.keys()]).to.have.members(wanted);
        return;
      }
      const asked = readCurl(addressed(command));
      const wanted = expected.find(({ of }) => command.includes(of));
      if (wanted === undefined) throw new Error(`say in ${import.meta.url} what it answers`);
      if (wanted.eventually)
        await until(async () => (await send(asked)).body.includes(wanted.body));
      const answer = await send(asked);
      expect(answer.status, answer.body).to.equal(wanted.status);
      expect(answer.body).to.include(wanted.body);
      answers.push(answer);
    });
  }

  it("have shown that both gateways answer, and that both show the same runs", () => {
    const [first, second] = answers.map(({ headers }) => headers["x-served-by"]);
    expect(first).to.not.equal(second);
    const lists = answers
      .map(({ body }) => JSON.parse(body) as { runs?: { id: string; status: string }[] })
      .flatMap(({ runs }) => (runs ? [runs.map(({ id, status }) => `${id} ${status}`)] : []));
    expect(lists).to.have.length(2);
    expect(lists[0]).to.have.length(2);
    expect(lists[0]).to.deep.equal(lists[1]);
  });

  /** A command with the addresses of this test, and what the reader has exported. */
  function addressed(command: string): string {
    const addresses = {
      "http://127.0.0.1:8080": balancer.url,
      "http://127.0.0.1:8081": gateways.get("gateway-1")?.adminUrl ?? "",
      "http://127.0.0.1:8082": gateways.get("gateway-2")?.adminUrl ?? "",
      $ADMIN_PASSWORD: exported.ADMIN_PASSWORD,
    };
    return Object.entries(addresses).reduce((text, [from, to]) => text.replace(from, to), command);
  }
});
