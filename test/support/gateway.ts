import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Environment, readConfig } from "../../src/configuration.ts";
import { startGateway } from "../../src/gateway.ts";
import type { RunDetail, RunPage } from "../../src/model/history.ts";
import { storePlace } from "./both-stores.ts";
import type { StorePlace } from "./store-contract.ts";
import type { Answer, TestUpstream } from "./upstream.ts";
import { startUpstream } from "./upstream.ts";

/** A whole gateway in front of a small upstream, for tests that speak HTTP to it. */
export interface TestGateway {
  /** `http://127.0.0.1:54321` */
  readonly url: string;
  readonly adminUrl: string;
  readonly upstream: TestUpstream;
  /** Its configuration. */
  readonly file: string;
  /** Where its store is. */
  readonly store: StorePlace;
  /** The newest runs, with their steps, newest first. */
  runs(): Promise<RunDetail[]>;
  stop(): Promise<void>;
}

/** What a test may say beside the configuration. */
export interface TestGatewayOptions {
  readonly answer?: Answer;
  /** Another upstream than the small one; it is stopped with the gateway. */
  readonly upstream?: TestUpstream;
  readonly environment?: Environment;
}

/**
 * Starts a gateway on free ports.
 * @param yaml the configuration without `store`, `log` and `upstream.url`; `listen` and `admin` have `port: 0`; other keys of `upstream` are
 *   given as its first lines: `upstream: { api: nocobase }`
 */
export async function startTestGateway(
  yaml: string,
  { answer, environment = {}, upstream: given }: TestGatewayOptions = {},
): Promise<TestGateway> {
  const upstream = given ?? (await startUpstream(answer));
  const store = await storePlace();
  const folder = await mkdtemp(join(tmpdir(), "sidehook-"));
  const file = join(folder, "gateway.yaml");
  await writeFile(file, wholeConfig(yaml, upstream.url, store));
  const gateway = await readConfig(file, environment)
    .then((config) => startGateway(config, environment))
    .catch(async (error: unknown) => {
      await upstream.stop();
      await store.remove();
      throw error;
    });
  const get = async (path: string) => (await fetch(`${gateway.adminUrl}${path}`)).json();
  return {
    url: gateway.url,
    adminUrl: gateway.adminUrl,
    upstream,
    file,
    store,
    async runs() {
      const { runs } = (await get("/runs?limit=500")) as RunPage;
      return Promise.all(runs.map(({ id }) => get(`/runs/${id}`) as Promise<RunDetail>));
    },
    async stop() {
      await gateway.stop();
      await upstream.stop();
      await rm(folder, { recursive: true });
      await store.remove();
    },
  };
}

function wholeConfig(yaml: string, url: string, store: StorePlace): string {
  const own = /^upstream: \{ (.*) \}$/m.exec(yaml)?.[1];
  return [
    /^listen:/m.test(yaml) ? "" : "listen: { port: 0 }",
    /^admin:/m.test(yaml) ? "" : "admin: { port: 0 }",
    `upstream: { url: "${url}"${own === undefined ? "" : `, ${own}`} }`,
    `store: ${JSON.stringify({ url: store.url, ...(store.keys.length > 0 && { key: store.keys }) })}`,
    "log: { level: error, format: json }",
    yaml.replace(/^upstream: .*$/m, ""),
  ].join("\n");
}
