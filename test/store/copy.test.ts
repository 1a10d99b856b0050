import { expect } from "chai";
import { redactor } from "../../src/model/redact.ts";
import { secretNames } from "../../src/model/secrets.ts";
import { copyStore } from "../../src/store/copy.ts";
import { StoreUnusable } from "../../src/store/unusable.ts";
import { NO_POSTGRES, testPostgres } from "../support/postgres.ts";
import { postgresPlace } from "../support/postgres-place.ts";
import { aClaim, aNewRun, aStep, record, theClaim } from "../support/runs.ts";
import { sqlitePlace } from "../support/sqlite-place.ts";
import type { StorePlace } from "../support/store-contract.ts";

const server = await testPostgres();
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const ignore = () => {};
const secret = { token: "t0ken", type: "webhook" };

const files: () => Promise<StorePlace> = sqlitePlace;
const servers = () => postgresPlace(server!);

describe("a copy of a store", () => {
  for (const [title, from, to] of [
    ["from SQLite to SQLite", files, files],
    ["from SQLite to Postgres", files, servers],
    ["from Postgres to SQLite", servers, files],
  ] as const) {
    const isSkipped = server === null && title.includes("Postgres");
    (isSkipped ? it.skip : it)(
      `${title} has all runs, and those that are queued go on there${isSkipped ? ` (${NO_POSTGRES})` : ""}`,
      async () => {
        const [source, target] = await Promise.all([from(), to()]);
        const before = await source.open();
        for (let n = 0; n < 120; n++) await record(before);
        const claim = await aClaim(before.queue);
        await before.queue.step(claim, aStep({ result: { kept: "é☃" } }));
        await before.queue.accept([aNewRun()]);
        await before.close();

        const copied = await copyStore(source.url, target.url, ignore, silent);
        expect(copied).to.include({ runs: 122, queue: 2, steps: 1 });
        const after = await target.open();
        const counts = Object.fromEntries(
          (await after.counts()).map(({ status, runs }) => [status, runs]),
        );
        expect(counts).to.deep.equal({ succeeded: 120, queued: 2 });
        const claims = await after.queue.claim(10);
        expect(claims).to.have.length(2);
        const again = claims.find(({ id }) => id === claim.id);
        expect(again?.past.steps.map(({ result }) => result)).to.deep.equal([{ kept: "é☃" }]);
        await after.close();

        const error = await copyStore(source.url, target.url, ignore, silent).catch(
          (thrown: unknown) => thrown,
        );
        expect(error).to.be.instanceOf(StoreUnusable);
        expect((error as Error).message).to.include("not empty");
        await Promise.all([source.remove(), target.remove()]);
      },
    );

    (isSkipped ? it.skip : it)(
      `${title} has what is sealed, answers to runs that wait, and rates`,
      async () => {
        const [source, target] = await Promise.all([from(), to()]);
        const own = { keys: ["a key of both places"], redact: redactor(secretNames([]), []) };
        const before = await source.open(own);
        const claim = await aClaim(before.queue, { trigger: secret });
        await before.queue.step(claim, aStep({ path: "sign-in", result: secret }));
        const asked = { title: "", choices: null, until: null };
        await before.queue.note(claim, { path: "ask", name: "asked", value: asked });
        const until = new Date("2999-01-01T00:00:00Z");
        await before.queue.wait(claim, { id: claim.id, status: "waiting", until, child: null });
        await before.operations.answer(
          { run: claim.id, step: "ask", from: null },
          { choice: null, body: secret, by: "link" },
        );
        await before.rates.take("hooks", 1, { limit: 1, per: 3_600_000 });
        await before.close();

        await copyStore(source.url, target.url, ignore, silent);
        const after = await target.open(own);
        const again = await theClaim(after.queue);
        expect(again.trigger).to.deep.equal(secret);
        expect(again.past.steps[0]?.result).to.deep.equal(secret);
        const answer = again.past.notes.find(({ name }) => name === "answer");
        expect(answer?.value).to.have.deep.nested.property("body", secret);
        expect(await after.rates.take("hooks", 1, { limit: 1, per: 3_600_000 })).to.be.above(0);
        await after.close();
        await Promise.all([source.remove(), target.remove()]);
      },
    );

    (isSkipped ? it.skip : it)(`${title} is refused while a gateway has the first`, async () => {
      const [source, target] = await Promise.all([from(), to()]);
      const used = await source.open();
      const error = await copyStore(source.url, target.url, ignore, silent).catch(
        (thrown: unknown) => thrown,
      );
      await used.close();
      expect(error).to.be.instanceOf(StoreUnusable);
      expect((error as Error).message).to.match(/another process has it open|a gateway uses it/);
      await Promise.all([source.remove(), target.remove()]);
    });
  }
});
