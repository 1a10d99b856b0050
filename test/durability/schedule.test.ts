import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { eventually } from "../support/eventually.ts";
import { type GatewayProcess, startGatewayProcess } from "./gateway-process.ts";

describe("a schedule, when the gateway is killed", function () {
  this.timeout(240_000);

  it("has one run of each of its times that came while it served, and of those that were missed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sidehook-schedule-"));
    const config = join(folder, "gateway.yaml");
    await writeFile(config, CONFIG);
    let before = 0;
    for (let kill = 1; kill <= 3; kill++) {
      const gateway = await startGatewayProcess(config);
      await eventually(async () =>
        expect(await times(gateway)).to.have.length.at.least(before + 2),
      );
      before = (await times(gateway)).length;
      await gateway.kill();
    }
    const gateway = await startGatewayProcess(config);
    await eventually(async () => expect((await gateway.runs("succeeded")).length).above(before));
    const all = await times(gateway);
    await gateway.stop();
    await rm(folder, { recursive: true });
    // Each second from the first to the last: none is missing, none is there twice.
    expect(all).to.deep.equal(all.map((_, at) => (all[0] ?? 0) + at * 1_000));
  });
});

const CONFIG = `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: "http://127.0.0.1:9" }
log: { level: error, format: json }
workflows:
  tick:
    trigger: { type: schedule, every: 1s, missed: all }
    steps:
      - { type: calculation, value: "\${{ trigger.scheduledAt }}" }
`;

/** The times that the runs are for, in milliseconds, in order. */
const times = async (gateway: GatewayProcess) => {
  const runs = await gateway.runs();
  const all = await Promise.all(runs.map(({ id }) => gateway.run(id)));
  return all
    .map(({ trigger }) => Date.parse((trigger as { scheduledAt: string }).scheduledAt))
    .toSorted((a, b) => a - b);
};
