import { expect } from "chai";
import type { RunSummary } from "../../web/api/answers.ts";
import { filtersOf, fits, runsPath } from "../../web/runs/filters.ts";
import { firstPage, withNews, withPage, withWaiting } from "../../web/runs/run-list.ts";

const run = (id: string, more: Partial<RunSummary> = {}): RunSummary => ({
  id,
  workflow: "check",
  trigger: "pre-action",
  status: "succeeded",
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: null,
  requestId: null,
  traceId: null,
  parent: null,
  replayOf: null,
  ...more,
});

const ids = (runs: readonly RunSummary[]) => runs.map(({ id }) => id).join("");

describe("the list of runs", () => {
  const page = firstPage({ runs: [run("e"), run("c")], next: "c" });

  it("takes in new runs at their place, and changes those that it knows", () => {
    const list = withNews(page, [run("d"), run("f"), run("c", { status: "failed" })], false, false);
    expect(ids(list.runs)).to.equal("fedc");
    expect(list.runs.at(-1)?.status).to.equal("failed");
  });

  it("leaves a run that stands on an older page to that page", () => {
    expect(ids(withNews(page, [run("a")], false, false).runs)).to.equal("ec");
    const last = { ...page, next: null };
    expect(ids(withNews(last, [run("a")], false, false).runs)).to.equal("eca");
  });

  it("holds new runs back while the reader is in the middle of it, and shows them when asked", () => {
    const held = withNews(page, [run("f"), run("e", { status: "failed" })], false, true);
    expect([ids(held.runs), ids(held.waiting), held.runs[0]?.status]).to.deep.equal([
      "ec",
      "f",
      "failed",
    ]);
    expect(ids(withWaiting(held).runs)).to.equal("fec");
  });

  it("has no run twice where pages overlap", () => {
    expect(ids(withPage(page, { runs: [run("c"), run("b")], next: null }).runs)).to.equal("ecb");
  });

  it("is narrowed by the address, and asks the gateway likewise", () => {
    const filters = filtersOf(new URLSearchParams("status=failed&last=1h&error=Full&colour=red"));
    const now = Date.parse("2026-01-01T01:00:00.000Z");
    expect(runsPath(filters, "c", now)).to.equal(
      "runs?status=failed&error=Full&since=2026-01-01T00%3A00%3A00.000Z&before=c&limit=500",
    );
    const full = { message: "The mailbox is full", code: "REQUEST_FAILED" };
    expect(fits(filters, run("a", { status: "failed", error: full }))).to.equal(true);
    expect(fits(filters, run("a", { status: "failed", error: null }))).to.equal(false);
    expect(fits(filters, run("a", { status: "errored", error: full }))).to.equal(false);
  });
});
