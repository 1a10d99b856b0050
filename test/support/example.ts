import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Environment, readConfig } from "../../src/configuration.ts";
import { startGateway } from "../../src/gateway.ts";
import type { RunDetail, RunPage } from "../../src/model/history.ts";
import { project } from "./command.ts";

/** A configuration of examples/workflows in a folder of its own, that listens on free ports. */
export interface ExampleFolder {
  readonly path: string;
  readonly file: string;
  remove(): Promise<void>;
}

/** A gateway that serves an example. */
export interface ExampleGateway {
  readonly url: string;
  readonly adminUrl: string;
  readonly folder: string;
  /** The newest runs, with their steps, newest first. */
  runs(): Promise<RunDetail[]>;
  stop(): Promise<void>;
}

/** Copies an example, README included. */
export async function exampleFolder(name: string): Promise<ExampleFolder> {
  const path = await mkdtemp(join(tmpdir(), "sidehook-"));
  await cp(join(project, "examples/workflows", name), path, { recursive: true });
  const file = join(path, "gateway.yaml");
  const text = await readFile(file, "utf8");
  const listen = /^listen: \{ (.*) \}$/m.exec(text)?.[1];
  const rest = text.replace(/^listen: .*$/m, "");
  const own = [
    `listen: { port: 0${listen === undefined ? "" : `, ${listen}`} }`,
    "admin: { port: 0 }",
    "log: { level: error }",
  ];
  await writeFile(file, `${own.join("\n")}\n${rest}`);
  return { path, file, remove: () => rm(path, { recursive: true }) };
}

/** Serves an example in this process. @param environment what its README exports, and `UPSTREAM_URL` */
export async function startExample(
  name: string,
  environment: Environment,
): Promise<ExampleGateway> {
  const { path, file, remove } = await exampleFolder(name);
  const gateway = await startGateway(await readConfig(file, environment), environment);
  return {
    url: gateway.url,
    adminUrl: gateway.adminUrl,
    folder: path,
    runs: () => runsAt(gateway.adminUrl),
    async stop() {
      await gateway.stop();
      await remove();
    },
  };
}

/** The newest runs at an admin port, with their steps, newest first. */
export async function runsAt(adminUrl: string): Promise<RunDetail[]> {
  const get = async (path: string) => (await fetch(adminUrl + path)).json();
  const { runs } = (await get("/runs?limit=500")) as RunPage;
  return Promise.all(runs.map(({ id }) => get(`/runs/${id}`) as Promise<RunDetail>));
}
