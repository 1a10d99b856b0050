import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Child, startProgram } from "./child.ts";
import { gateways } from "./gateways.ts";

/** Where a contestant is started. */
export interface Place {
  /** `http://127.0.0.1:40123` */
  readonly upstream: string;
  readonly core: number | null;
  /** For its files; it is there, and empty. */
  readonly folder: string;
}

/** A contestant that answers. */
export interface Running extends Child {
  readonly url: string;
}

/** A proxy that can be measured. */
export interface Contestant {
  readonly name: string;
  /** Those with one key are one process. */
  readonly key: string;
  start(place: Place): Promise<Running>;
}

/** What all others are compared with. */
export const reference = node("bare undici", "bare-undici.js");

/** What people use otherwise, as far as it is installed. */
export const peers: readonly Contestant[] = [
  node("express, http-proxy-middleware", "express-proxy.js"),
  node("@fastify/http-proxy", "fastify-proxy.js"),
  ...(spawnSync("nginx", ["-v"]).status === 0
    ? [{ name: "nginx", key: "nginx", start: startNginx }]
    : []),
];

const here = (file: string) => fileURLToPath(new URL(`contestants/${file}`, import.meta.url));

function node(name: string, file: string): Contestant {
  return {
    name,
    key: name,
    start: ({ upstream, core }) =>
      listening(startProgram(process.execPath, [here(file), upstream], { core })),
  };
}

/** The folder of this checkout, which `npm run bench` has built. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** How Sidehook is started. */
interface Variant {
  /** The folder that it is built in. */
  readonly root: string;
  readonly gateway: keyof typeof gateways;
  /** Keeps no history of runs that a client waits for. */
  readonly forgets?: boolean;
  /** Options of node: `--max-semi-space-size=8`. */
  readonly flags?: readonly string[];
}

/** Sidehook as it is built in a folder, started as its users start it. */
export function sidehook(variant: Variant): Contestant {
  const { root, gateway, forgets = false, flags = [] } = variant;
  const program = join(root, "bin/sidehook.js");
  if (!existsSync(join(root, "dist/cli/index.js"))) {
    throw new Error(`${root} is not built: run \`npm ci && npm run build\` there`);
  }
  const preload = forgets ? ["--import", here("without-history.js")] : [];
  return {
    name: root === ROOT ? "sidehook" : `sidehook of ${basename(root)}`,
    key: JSON.stringify(variant),
    start({ upstream, core, folder }) {
      const file = join(folder, "gateway.yaml");
      writeFileSync(file, gateways[gateway]);
      const args = [...flags, ...preload, program, "start", "--config", file];
      const env = { UPSTREAM: upstream };
      return listening(startProgram(process.execPath, args, { core, env }));
    },
  };
}

/** Node contestants tell where they listen. */
async function listening(child: Child): Promise<Running> {
  const { url } = await child.heard<{ url: string }>();
  return { ...child, url };
}

async function startNginx({ upstream, core, folder }: Place): Promise<Running> {
  const port = await freePort();
  const values: Record<string, string> = {
    PORT: String(port),
    UPSTREAM: new URL(upstream).host,
    FOLDER: folder,
  };
  const template = readFileSync(here("nginx.conf"), "utf8");
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    template.replaceAll(/\b(PORT|UPSTREAM|FOLDER)\b/g, (key) => values[key] ?? ""),
  );
  const child = startProgram("nginx", ["-c", file, "-p", folder], { core });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100 && !(await answers(url)); tries++) await sleep(50);
  return { ...child, url };
}

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
