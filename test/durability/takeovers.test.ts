import { expect } from "chai";
import { onPostgres } from "../support/on-postgres.ts";
import { type Change, type ChangedBuild, changedBuild } from "./changed-build.ts";
import { shortLease } from "./short-lease.ts";
import { claimTogether, lateWrite } from "./takeovers.ts";

onPostgres("a run that one gateway takes over from another on Postgres", function (server) {
  this.timeout(120_000);
  let build: ChangedBuild;
  const built = async (...changes: Change[]) => {
    build = await changedBuild([...shortLease(), ...changes]);
    return build.bin;
  };
  afterEach(() => build.remove());

  it("is written by the first no more, when that goes on after it stood still in the middle of a step", async () => {
    const seen = await lateWrite(server, await built());
    expect(seen).to.deep.equal({ stale: [], together: [] });
  });

  it("is claimed by one only, when two find it at the same moment", async () => {
    const seen = await claimTogether(server, await built());
    expect(seen).to.deep.equal({ stale: [], together: [] });
  });

  // These show that the checks can fail.
  it("is seen to be written by the first, if commits do not check the fence", async () => {
    const holds = "where run = @run and fence = @fence";
    const seen = await lateWrite(
      server,
      await built(["store/handlers/progress.js", holds, "where run = @run"]),
    );
    expect(seen.stale).not.to.be.empty;
  });

  it("is seen to be claimed by two, if a claim does not skip what another is claiming", async () => {
    const skip = 'order by ready_at, run limit @most", "skip")';
    const seen = await claimTogether(
      server,
      await built(["store/handlers/claims.js", skip, 'order by ready_at, run limit @most")']),
    );
    expect(seen.together).not.to.be.empty;
  });
});
