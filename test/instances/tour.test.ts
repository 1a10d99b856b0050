import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CurlAnswer } from "../sample/curl.ts";
import { walkTour } from "../sample/walk-tour.ts";
import { project } from "../support/command.ts";
import { type TestJsonServer, startJsonServer } from "../support/json-server.ts";
import { onPostgres } from "../support/on-postgres.ts";
import { type Instance, type Several, startSeveral } from "./several.ts";

onPostgres(
  "the README's tour through two gateways in turn, of which the one that has queued a run is killed with kill -9",
  function (server) {
    this.timeout(120_000);
    let backend: TestJsonServer;
    let several: Several;
    let next: Instance;
    let last: Instance;

    before(async () => {
      backend = await startJsonServer(JSON.parse(await read("sample/db.json")) as never);
      const environment = { UPSTREAM_URL: backend.url };
      several = await startSeveral(server, await read("gateway.yaml"), { environment });
      [last, next] = await Promise.all([several.start(), several.start()]);
    });
    after(async () => {
      await several.stop();
      await backend.stop();
    });

    walkTour(async (answer) => {
      if (answer !== null && hasQueued(answer)) {
        await last.kill();
        await several.setLease(last, "long ago");
        last = await several.start();
      }
      [last, next] = [next, last];
      return { gateway: last.url, admin: last.adminUrl, backend: backend.url };
    });
  },
);

const read = (name: string) => readFile(join(project, name), "utf8");

const hasQueued = ({ headers }: CurlAnswer): boolean =>
  String(headers["workflow-runs"]).includes("status=queued");
