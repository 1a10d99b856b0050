import { expect } from "chai";
import type { Caller } from "../../src/model/caller.ts";
import type { Json } from "../../src/model/json.ts";
import type { StepServices } from "../../src/model/step-context.ts";
import { failureOf, mistakesIn, ran, yetUnknown } from "./step-context.ts";

describe("a query", () => {
  it("by key gives the record", async () => {
    const { asked, services } = recordsWith({ id: 1 });
    const config = { collection: "posts", key: 1, appends: ["category"] };
    const { outcome } = await ran("query", config, { services });
    expect(outcome).to.deep.equal({ go: "on", result: { id: 1 } });
    expect(asked[0]?.slice(0, 4)).to.deep.equal(["get", "posts", "1", ["category"]]);
  });

  it("by a key that does not exist gives null", async () => {
    const { services } = recordsWith(null);
    const { outcome } = await ran("query", { collection: "posts", key: "9" }, { services });
    expect(outcome).to.deep.equal({ go: "on", result: null });
  });

  it("by a filter gives the list, in order and bounded as asked", async () => {
    const { asked, services } = recordsWith([{ id: 2 }]);
    const filter = { open: true };
    const config = { collection: "posts", filter, sort: "-id", limit: 5 };
    const { outcome } = await ran("query", config, { services });
    expect(outcome.result).to.deep.equal([{ id: 2 }]);
    const query = { filter, sort: ["-id"], limit: 5, appends: [] };
    expect(asked[0]?.slice(0, 3)).to.deep.equal(["list", "posts", query]);
  });

  it("by neither key nor filter gives the list of all records", async () => {
    const { asked, services } = recordsWith([]);
    const { outcome } = await ran("query", { collection: "posts" }, { services });
    expect(outcome.result).to.deep.equal([]);
    const query = { filter: null, sort: [], limit: null, appends: [] };
    expect(asked[0]?.slice(0, 3)).to.deep.equal(["list", "posts", query]);
  });

  for (const [found, by] of [
    [null, { key: "9" }],
    [[], { filter: { a: 1 } }],
  ] as const) {
    it(`that must not be empty errs on ${JSON.stringify(found)}`, async () => {
      const { services } = recordsWith(found);
      const config = { collection: "posts", failOnEmpty: true, ...by };
      const error = await failureOf("query", config, { services });
      expect(error).to.deep.include({ code: "NO_RECORD", retryable: false });
    });
  }

  const caller: Caller = { user: null, roleName: null, credentials: { Authorization: "Bearer t" } };
  const propagatedHeaders = { "Workflow-Depth": "1;abc" };

  it("asks as the service, with the headers of its run", async () => {
    const { asked, services } = recordsWith(null);
    const given = { services, caller, propagatedHeaders };
    await ran("query", { collection: "posts", key: "1" }, given);
    expect(asked[0]?.at(-1)).to.deep.include({ caller: null, headers: propagatedHeaders });
  });

  it("asks as the caller where it says so", async () => {
    const { asked, services } = recordsWith(null);
    const given = { services, caller, propagatedHeaders };
    await ran("query", { collection: "posts", key: "1", as: "caller" }, given);
    expect(asked[0]?.at(-1)).to.deep.include({ caller, headers: propagatedHeaders });
  });

  it("as the caller errs where no client waits, rather than asking as the service", async () => {
    const { asked, services } = recordsWith(null);
    const config = { collection: "posts", key: "1", as: "caller" };
    expect(await failureOf("query", config, { services })).to.have.property("code", "NO_CALLER");
    expect(asked).to.deep.equal([]);
  });

  it("is refused with both key and filter, even where they are expressions", () => {
    const both = { collection: "posts", key: yetUnknown, filter: { a: 1 } };
    expect(mistakesIn("query", both)).to.include(": a query takes a key or a filter, not both");
  });

  for (const key of ["", null, true, [1]]) {
    it(`by the key ${JSON.stringify(key)} is refused`, () => {
      expect(mistakesIn("query", { collection: "posts", key })).to.have.length(1);
    });
  }
});

function recordsWith(found: Json) {
  const asked: unknown[][] = [];
  const answer =
    (what: string) =>
    (...args: unknown[]) => {
      asked.push([what, ...args]);
      return Promise.resolve(found);
    };
  const records = { get: answer("get"), list: answer("list") };
  return { asked, services: { records } as unknown as StepServices };
}
