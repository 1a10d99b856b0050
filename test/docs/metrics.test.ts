import { readFileSync } from "node:fs";
import { expect } from "chai";
import request from "supertest";
import { ANSWERED_WAYS } from "../../src/model/observer.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";

const metrics = readFileSync(new URL("../../docs/metrics.md", import.meta.url), "utf8");
const operation = readFileSync(new URL("../../docs/operation.md", import.meta.url), "utf8");

describe("the page of the metrics", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway("")));
  after(() => gateway.stop());

  it("names every metric with its type, and no other", async () => {
    const { text } = await request(gateway.adminUrl).get("/metrics").expect(200);
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [
      name,
      type,
    ]);
    const named = rowsOf(metrics, "metric").map(([name = "", type]) => [plain(name), type]);
    expect(named).to.have.deep.members(types);
    expect(rowsOf(metrics, "metric").filter(([, , , tells]) => !tells)).to.deep.equal([]);
  });

  it("names every way of a request, and no other", () => {
    const named = rowsOf(operation, "`way`").map(([way = ""]) => plain(way));
    expect(named).to.have.members([...ANSWERED_WAYS, "upgrade"]);
  });
});

const plain = (cell: string) => cell.replaceAll("`", "");

/** The cells of the table of a page whose first column has this name. */
function rowsOf(page: string, first: string): string[][] {
  const begin = page.indexOf(`\n| ${first} `);
  const table = page
    .slice(begin + 1)
    .split("\n\n", 1)[0]!
    .trimEnd()
    .split("\n");
  return table.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}
