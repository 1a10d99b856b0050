import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readConfig } from "../../src/configuration.ts";
import { startGateway } from "../../src/gateway.ts";
import { startUpstream } from "./upstream.ts";

/** Starts a configuration of examples/workflows in front of a small upstream, on free ports. */
export async function loadExample(name: string) {
  const folder = await mkdtemp(join(tmpdir(), "sidehook-"));
  await cp(fileURLToPath(new URL(`../../examples/workflows/${name}`, import.meta.url)), folder, {
    recursive: true,
  });
  const upstream = await startUpstream();
  const file = join(folder, "gateway.yaml");
  const text = await readFile(file, "utf8");
  await writeFile(file, `listen: { port: 0 }\nadmin: { port: 0 }\nlog: { level: error }\n${text}`);
  const environment = { UPSTREAM_URL: upstream.url };
  const gateway = await startGateway(await readConfig(file, environment), environment);
  const stop = async () => {
    await gateway.stop();
    await upstream.stop();
    await rm(folder, { recursive: true });
  };
  return { gateway: { url: gateway.url, stop }, folder };
}
