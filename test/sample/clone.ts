import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Running, project, run } from "../support/command.ts";

/** A copy of what `npm start` needs, so that its data is not this project's. */
export interface Clone {
  readonly path: string;
  /** Runs scripts/start.js, by default on free ports. */
  start(ports?: Readonly<Record<string, string>>): Running;
  remove(): Promise<void>;
}

/** Where a sample serves. */
export interface Sample {
  readonly gateway: string;
  readonly admin: string;
  readonly backend: string;
}

/** Makes such a copy in a folder of its own. */
export async function cloneProject(): Promise<Clone> {
  const path = await mkdtemp(join(tmpdir(), "sidehook-sample-"));
  for (const name of ["bin", "sample", "scripts", "gateway.yaml", "package.json"]) {
    await cp(join(project, name), join(path, name), { recursive: true });
  }
  for (const name of ["dist", "node_modules"]) {
    await symlink(join(project, name), join(path, name), "dir");
  }
  return {
    path,
    start: (ports = {}) =>
      run("scripts/start.js", [], { root: path, env: { ...anyPorts, ...ports } }),
    remove: () => rm(path, { recursive: true }),
  };
}

const anyPorts = { PORT: "0", ADMIN_PORT: "0", BACKEND_PORT: "0" };

/** Waits until a sample serves, and says where. */
export async function addresses({ said }: Running): Promise<Sample> {
  const [, backend = ""] = await said(/sample backend .* listens on (\S+)\n/);
  const [, gateway = "", admin = ""] = await said(/sidehook listens on (\S+) \(admin on (\S+)\)\n/);
  return { gateway, admin, backend };
}
