import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse, parseAllDocuments } from "yaml";
import { readConfig } from "../../src/configuration.ts";
import type { Config } from "../../src/model/config.ts";
import { inFolder } from "../config/parts.ts";
import { type Urls, folderWith, project, run } from "../support/command.ts";

const read = (name: string): string => readFileSync(join(project, "deploy", name), "utf8");
const env = { UPSTREAM_URL: "http://127.0.0.1:3000", ADMIN_PASSWORD: "a long password" };

describe("the files of deploy/", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  it("the image runs as a user that is not root, with a health check, and stops by SIGTERM", () => {
    const last = stages().at(-1) ?? [];
    expect(valuesOf("USER", last)).to.deep.equal(["node"]);
    expect(valuesOf("STOPSIGNAL", last)).to.deep.equal(["SIGTERM"]);
    expect(valuesOf("HEALTHCHECK", last).join("")).to.include("8081/readyz");
    expect(valuesOf("EXPOSE", last)).to.deep.equal(["8080 8081"]);
    expect(valuesOf("ENTRYPOINT", last).join("")).to.match(/^\[/);
  });

  it("the image copies only what is there, and what the engine is sent", () => {
    const sent = new Set(
      read("Dockerfile.dockerignore")
        .split("\n")
        .map((line) => line.slice(1)),
    );
    const sources = stages()
      .flatMap((stage) => valuesOf("COPY", stage))
      .filter((words) => !words.startsWith("--from"))
      .flatMap((words) => words.split(" ").slice(0, -1));
    expect(sources).to.include.members(["src", "web", "bin", "package-lock.json"]);
    expect(sources.filter((name) => !existsSync(join(project, name)))).to.deep.equal([]);
    expect(sources.filter((name) => !sent.has(name))).to.deep.equal([]);
    const built = stages()
      .flat()
      .filter((line) => line.startsWith("RUN npm"))
      .join(" ");
    expect(built)
      .to.include("npm ci")
      .and.include("npm run build")
      .and.include("npm prune --omit=dev");
  });

  it("the health check of the image passes at a gateway that is ready, and fails without one", async () => {
    const line = valuesOf("HEALTHCHECK", stages().at(-1) ?? []).join("");
    const [, , script = ""] = JSON.parse(line.slice(line.indexOf("["))) as string[];
    const at = (port: string) =>
      spawnSync(process.execPath, ["-e", script.replace("8081", port)], { timeout: 60_000 }).status;
    await withAdmin((url) => {
      expect([at(new URL(url).port), at("1")]).to.deep.equal([0, 1]);
    });
  });

  it("compose puts the gateway in front of a backend that publishes no port, and mounts what the image reads", async () => {
    const { services, volumes } = parse(read("compose.yaml")) as Compose;
    expect(services["backend"]?.ports).to.equal(undefined);
    const { ports = [], volumes: mounted = [], environment } = services["gateway"] ?? {};
    const config = await configured(read("gateway.yaml"));
    expect(ports).to.deep.equal([
      `127.0.0.1:8080:${config.listen.port}`,
      `127.0.0.1:8081:${config.admin.port}`,
    ]);
    expect(mounted).to.deep.equal([
      "./gateway.yaml:/etc/sidehook/gateway.yaml:ro",
      "store:/var/lib/sidehook",
    ]);
    expect(volumes).to.have.keys("store");
    expect(environment).to.have.keys("UPSTREAM_URL", "ADMIN_PASSWORD");
    expect(config.store.url).to.equal("sqlite:/var/lib/sidehook/sidehook.db");
  });

  it("compose is understood by docker", function () {
    const place = {
      cwd: project,
      env: { PATH: process.env["PATH"], ...env },
      encoding: "utf8",
    } as const;
    if (spawnSync("docker", ["compose", "version"], place).status !== 0) this.skip();
    const { status, stderr } = spawnSync(
      "docker",
      ["compose", "-f", "deploy/compose.yaml", "config", "--quiet"],
      place,
    );
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
  });

  it("the pod is probed where the gateway answers without credentials, whatever the address it is asked by", async () => {
    const { containers } = pod();
    const gateway = containers.find(({ name }) => name === "sidehook");
    const probes = [gateway?.startupProbe, gateway?.readinessProbe, gateway?.livenessProbe];
    const config = await configured(document("ConfigMap").data?.["gateway.yaml"] ?? "");
    const named = new Map(gateway?.ports?.map(({ name, containerPort }) => [name, containerPort]));
    expect([named.get("gateway"), named.get("admin")]).to.deep.equal([
      config.listen.port,
      config.admin.port,
    ]);
    expect(config.admin.host).to.equal("0.0.0.0");
    await withAdmin(async (url) => {
      for (const probe of probes) {
        expect(probe?.httpGet.port).to.equal("admin");
        const { status } = await fetch(`${url}${probe?.httpGet.path}`, {
          headers: { host: "10.0.0.7:8081" },
        });
        expect([probe?.httpGet.path, status]).to.deep.equal([probe?.httpGet.path, 200]);
      }
    });
  });

  it("the pod runs as a user that is not root, without capabilities, on a file system that is not written", () => {
    const { securityContext, containers } = pod();
    expect(securityContext).to.include({ runAsNonRoot: true, runAsUser: 1000 });
    for (const { securityContext: own } of containers) {
      expect(own).to.deep.include({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
      });
    }
    const gateway = containers.find(({ name }) => name === "sidehook");
    expect(gateway?.securityContext.readOnlyRootFilesystem).to.equal(true);
  });

  it("the service of systemd restarts what fails, except a configuration that can't be used", () => {
    const unit = read("sidehook.service");
    expect(unit)
      .to.match(/^Restart=on-failure$/m)
      .and.match(/^RestartPreventExitStatus=78$/m);
    expect(unit)
      .to.match(/^DynamicUser=yes$/m)
      .and.match(/^ProtectSystem=strict$/m);
  });

  it("the service of systemd is understood by systemd", async function () {
    if (spawnSync("systemd-analyze", ["--version"]).status !== 0) this.skip();
    // It names node and the package where they are installed; here they are elsewhere.
    const unit = read("sidehook.service")
      .replaceAll("/usr/bin/node", process.execPath)
      .replaceAll("/opt/sidehook/node_modules/sidehook", project.replace(/\/$/, ""));
    const folder = await folderWith({ "sidehook.service": unit });
    const { status, stderr } = spawnSync(
      "systemd-analyze",
      ["verify", "--man=no", join(folder.path, "sidehook.service")],
      {
        encoding: "utf8",
        timeout: 60_000,
      },
    );
    await folder.remove();
    const own = stderr.split("\n").filter((line) => line.includes("sidehook.service"));
    expect({ status, own }).to.deep.equal({ status: 0, own: [] });
  });
});

interface Compose {
  readonly services: Readonly<
    Record<string, { ports?: string[]; volumes?: string[]; environment?: object }>
  >;
  readonly volumes: object;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: { readonly readOnlyRootFilesystem?: boolean };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
}

interface Manifest {
  readonly kind: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly securityContext: object;
        readonly containers: readonly Container[];
      };
    };
  };
}

function document(kind: string): Manifest {
  const all = parseAllDocuments(read("kubernetes.yaml")).map((one) => one.toJS() as Manifest);
  const found = all.find((one) => one.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

const pod = () => document("StatefulSet").spec.template.spec;

/** The instructions of each stage, a line each. */
function stages(): string[][] {
  const lines = read("Dockerfile")
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll("\\\n", " ")
    .split("\n");
  const all: string[][] = [];
  for (const line of lines.filter((one) => one !== "")) {
    if (line.startsWith("FROM ")) all.push([]);
    all.at(-1)?.push(line);
  }
  return all;
}

const valuesOf = (name: string, stage: readonly string[]): string[] =>
  stage.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

const configured = (yaml: string): Promise<Config> =>
  inFolder({ "gateway.yaml": yaml }, (file) => readConfig(file, env));

/** Runs the gateway of the image's configuration, on other ports and with a store of its own. @param work gets its admin port */
async function withAdmin(work: (url: string) => unknown): Promise<void> {
  const yaml = read("gateway.yaml")
    .replace("0.0.0.0, port: 8080", "127.0.0.1, port: 0")
    .replace("0.0.0.0, port: 8081", "0.0.0.0, port: 0")
    .replace("/var/lib/sidehook/", "./");
  const folder = await folderWith({ "gateway.yaml": yaml });
  const gateway = run<Urls>("bin/sidehook.js", ["start"], { cwd: folder.path, env });
  try {
    const { adminUrl } = await gateway.serving;
    await work(`http://127.0.0.1:${new URL(adminUrl).port}`);
  } finally {
    gateway.process.kill("SIGTERM");
    await gateway.ended;
    await folder.remove();
  }
}
