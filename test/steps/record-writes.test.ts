import { expect } from "chai";
import type { Caller } from "../../src/model/caller.ts";
import { type Json, type JsonObject, isJsonObject } from "../../src/model/json.ts";
import type { RecordAccess } from "../../src/model/records.ts";
import type { StepServices } from "../../src/model/step-context.ts";
import { StepError } from "../../src/model/step-error.ts";
import { failureOf, mistakesIn, ran, typeOf, yetUnknown } from "./step-context.ts";

describe("a create step", () => {
  it("gives the record as the upstream tells it", async () => {
    const upstream = recordsOf({ create: () => ({ id: 7, title: "a" }) });
    const config = { collection: "posts", values: { title: "a" } };
    const { outcome } = await ran("create", config, upstream);
    expect(outcome).to.deep.equal({ go: "on", result: { id: 7, title: "a" } });
    expect(upstream.asked).to.deep.equal([["create", "posts", { title: "a" }]]);
  });

  it("carries the idempotency key of its place in the run", async () => {
    const upstream = recordsOf({ create: () => ({}) });
    const given = { ...upstream, idempotencyKey: "run-1:turns[2].pay" };
    await ran("create", { collection: "posts", values: {} }, given);
    expect(upstream.keys()).to.deep.equal(["run-1:turns[2].pay"]);
  });
});

describe("an update step", () => {
  it("by key gives the record", async () => {
    const upstream = recordsOf({ update: () => ({ id: 1, open: false }) });
    const config = { collection: "posts", key: 1, values: { open: false } };
    const { outcome } = await ran("update", config, upstream);
    expect(outcome.result).to.deep.equal({ id: 1, open: false });
    expect(upstream.asked).to.deep.equal([["update", "posts", "1", { open: false }]]);
    expect(upstream.keys()).to.deep.equal(["run-1:pay"]);
  });

  it("by key errs when there is no such record", async () => {
    const upstream = recordsOf({ update: gone });
    const config = { collection: "posts", key: "9", values: {} };
    expect(await failureOf("update", config, upstream)).to.have.property("code", "NO_RECORD");
  });

  it("by filter writes each record that it finds, one after another, and gives the count", async () => {
    const upstream = recordsOf({ list: () => [{ id: 1 }, { id: 2 }], update: () => ({}) });
    const config = { collection: "posts", filter: { open: true }, values: { open: false } };
    const { outcome } = await ran("update", config, upstream);
    expect(outcome.result).to.equal(2);
    const query = { filter: { open: true }, sort: [], limit: null, appends: [] };
    expect(upstream.asked).to.deep.equal([
      ["list", "posts", query],
      ["update", "posts", "1", { open: false }],
      ["update", "posts", "2", { open: false }],
    ]);
  });

  it("by filter carries an idempotency key of its own for each record, whatever its letters", async () => {
    const found = [{ id: 1 }, { id: "ä\n" }, { id: "\ud800" }];
    const upstream = recordsOf({ list: () => found, update: () => ({}) });
    await ran("update", { collection: "posts", filter: { a: 1 }, values: {} }, upstream);
    expect(upstream.keys()).to.deep.equal([
      undefined,
      "run-1:pay:1",
      "run-1:pay:%C3%A4%0A",
      "run-1:pay:%EF%BF%BD",
    ]);
  });

  it("by filter does not count a record that was gone when its turn came", async () => {
    const upstream = recordsOf({ list: () => [{ id: 1 }, { id: 2 }], update: goneIfFirst });
    const config = { collection: "posts", filter: { a: 1 }, values: {} };
    expect((await ran("update", config, upstream)).outcome.result).to.equal(1);
  });

  it("by filter writes nothing when one record has no key", async () => {
    const found: Json[] = [{ id: 1 }, { uid: 2 }];
    const upstream = recordsOf({ list: () => found, update: () => ({}) });
    const config = { collection: "posts", filter: { a: 1 }, values: {} };
    const error = await failureOf("update", config, upstream);
    expect(error).to.include({ code: "NO_KEY", retryable: false });
    expect(error.message).to.contain("collections.posts.primaryKey");
    expect(upstream.asked.map(([what]) => what)).to.deep.equal(["list"]);
  });

  it("by filter errs at the first record that can't be written", async () => {
    const upstream = recordsOf({ list: () => [{ id: 1 }, { id: 2 }], update: broken });
    const config = { collection: "posts", filter: { a: 1 }, values: {} };
    expect(await failureOf("update", config, upstream)).to.have.property("code", "UPSTREAM_FAILED");
    expect(upstream.asked).to.have.length(2);
  });

  it("by filter goes on, after a crash, with the records that it found the first time", async () => {
    const upstream = recordsOf({ list: () => [{ id: 3 }], update: () => ({}) });
    const config = { collection: "posts", filter: { a: 1 }, values: {} };
    const { outcome } = await ran("update", config, { ...upstream, remember: asBefore });
    expect(outcome.result).to.equal(2);
    expect(upstream.asked.slice(1).map(([, , key]) => key)).to.deep.equal(["1", "2"]);
  });
});

describe("a destroy step", () => {
  it("by key gives the record as it was", async () => {
    const upstream = recordsOf({ destroy: () => ({ id: "1" }) });
    const { outcome } = await ran("destroy", { collection: "posts", key: "1" }, upstream);
    expect(outcome.result).to.deep.equal({ id: "1" });
    expect(upstream.asked).to.deep.equal([["destroy", "posts", "1"]]);
  });

  it("by filter gives how many are gone", async () => {
    const upstream = recordsOf({ list: () => [{ id: 1 }, { id: 2 }], destroy: goneIfFirst });
    const { outcome } = await ran("destroy", { collection: "posts", filter: { a: 1 } }, upstream);
    expect(outcome.result).to.equal(2);
  });

  it("by key keeps the key's type", async () => {
    const upstream = recordsOf({ destroy: () => ({ id: 1 }) });
    await ran("destroy", { collection: "posts", key: 1 }, upstream);
    expect(upstream.asked).to.deep.equal([["destroy", "posts", 1]]);
  });

  it("by a filter that finds none destroys none", async () => {
    const upstream = recordsOf({ list: () => [] });
    const { outcome } = await ran("destroy", { collection: "posts", filter: { a: 1 } }, upstream);
    expect(outcome.result).to.equal(0);
  });
});

for (const [name, more] of [
  ["create", { values: {} }],
  ["update", { key: "1", values: {} }],
  ["destroy", { key: "1" }],
] as const) {
  describe(`the step ${name}`, () => {
    const config = { collection: "posts", ...more };
    const caller: Caller = { user: null, roleName: null, credentials: { Authorization: "B t" } };
    const propagatedHeaders = { "Workflow-Depth": "1;abc" };

    it("acts as the service, with the headers of its run", async () => {
      const upstream = recordsOf({ [name]: () => ({}) });
      await ran(name, config, { ...upstream, caller, propagatedHeaders: propagatedHeaders });
      expect(upstream.access[0]).to.deep.include({ caller: null });
      expect(upstream.access[0]?.headers).to.include(propagatedHeaders);
    });

    it("acts as the caller where it says so", async () => {
      const upstream = recordsOf({ [name]: () => ({}) });
      await ran(
        name,
        { ...config, as: "caller" },
        { ...upstream, caller, propagatedHeaders: propagatedHeaders },
      );
      expect(upstream.access[0]).to.deep.include({ caller });
    });

    it("errs as the caller where no client waits, rather than acting as the service", async () => {
      const upstream = recordsOf({ [name]: () => ({}) });
      const error = await failureOf(name, { ...config, as: "caller" }, upstream);
      expect(error).to.have.property("code", "NO_CALLER");
      expect(upstream.asked).to.deep.equal([]);
    });

    it("acts on the outside world, and does nothing in a run that only observes", () => {
      expect(typeOf(name).acts).to.equal(true);
      expect(typeOf(name).isReadOnly(config)).to.equal(false);
    });
  });
}

for (const name of ["update", "destroy"]) {
  const base = { collection: "posts", ...(name === "update" && { values: {} }) };
  describe(`a ${name} step is refused when`, () => {
    const either = ": needs either the key of a record, or a filter that chooses some";
    const cases: [title: string, config: JsonObject, mistake: string][] = [
      ["it names neither key nor filter", {}, either],
      ["it names both", { key: "1", filter: { a: 1 } }, either],
      ["its key is empty", { key: "" }, "key: "],
      ["its key is null", { key: null }, "key: should be a key"],
    ];
    for (const [title, config, mistake] of cases) {
      it(title, () => {
        const [first = ""] = mistakesIn(name, { ...base, ...config });
        expect(first.slice(0, mistake.length)).to.equal(mistake);
      });
    }

    it("it names both, one of which is yet to be computed", () => {
      const config = { ...base, key: yetUnknown, filter: { a: 1 } };
      expect(mistakesIn(name, config)).to.include(either);
    });

    const empty: JsonObject[] = [
      {},
      { $and: [] },
      { $or: [{}] },
      { $or: [{ a: 1 }, {}] },
      { $and: [{ $or: [] }] },
      { $not: {} },
      { _or: [] },
      { author: {} },
      { author: { $not: {} } },
    ];
    for (const filter of empty) {
      it(`its filter may mean all records: ${JSON.stringify(filter)}`, () => {
        const [first = ""] = mistakesIn(name, { ...base, filter });
        expect(first).to.match(/^filter: has an empty part, which would choose all records/);
      });
    }
  });

  const chosen: JsonObject[] = [
    { a: null },
    { a: [] },
    { a: "" },
    { a: { $in: [] } },
    { $or: [{ a: 1 }, { b: { $gt: 2 } }] },
  ];
  for (const filter of chosen) {
    it(`a ${name} step may choose by ${JSON.stringify(filter)}`, () => {
      expect(mistakesIn(name, { ...base, filter })).to.deep.equal([]);
    });
  }
}

type Answers = Readonly<Record<string, (...args: never[]) => Json>>;

/** Records that answer as told, and remember what they were asked. */
function recordsOf(answers: Answers) {
  const asked: Json[][] = [];
  const access: RecordAccess[] = [];
  const method = (what: string) => {
    return async (collection: string, ...args: unknown[]) => {
      const own = args.pop() as RecordAccess;
      access.push(own);
      asked.push([what, collection, ...(args as Json[])]);
      return answers[what]?.(...([collection, ...args] as never[]));
    };
  };
  const names = ["list", "create", "update", "destroy"];
  const records = { ...Object.fromEntries(names.map((name) => [name, method(name)])), keyOf };
  const services = { records } as unknown as StepServices;
  const keys = () => access.map(({ headers }) => headers?.["Idempotency-Key"]);
  return { asked, access, services, keys };
}

function keyOf(_collection: string, record: Json): string | null {
  const { id = null } = isJsonObject(record) ? record : {};
  return typeof id === "string" || typeof id === "number" ? String(id) : null;
}

function gone(): never {
  throw new StepError("NO_RECORD", "There is no such record", { retryable: false });
}

const goneIfFirst = (_collection: string, key: string) => (key === "1" ? gone() : {});

function broken(): never {
  throw new StepError("UPSTREAM_FAILED", "answered 503");
}

/** What was decided before the crash. */
const asBefore = <T extends Json>(name: string, _decide: () => T) =>
  ({ keys: ["1", "2"] })[name] as unknown as T;
