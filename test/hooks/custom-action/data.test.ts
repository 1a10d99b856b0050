import { expect } from "chai";
import { customData } from "../../../src/hooks/custom-action/data.ts";
import type { Json } from "../../../src/model/json.ts";
import type { CustomActionTrigger, Workflow } from "../../../src/model/workflow.ts";

describe("what a custom action runs on", () => {
  const category = { id: 3, name: "Tools", color: "red" };
  const record = { id: 1, title: "a", tags: { x: 1 }, category };

  it("is the record, with properties of the body over it, not merged any deeper", async () => {
    const body = { title: "b", tags: { y: 2 }, more: true };
    expect(await dataOf({ keys: ["1"], body })).to.deep.equal({
      data: { ...record, title: "b", tags: { y: 2 }, more: true },
    });
  });

  it("keeps the key of the record: a body that names another one changes none that was not loaded", async () => {
    expect(await dataOf({ keys: ["1"], body: { id: 2, title: "b" } })).to.deep.equal({
      data: { ...record, title: "b" },
    });
    const body = { category: { id: 9, name: "New" } };
    expect(await dataOf({ keys: ["1"], path: ["category"], body })).to.deep.equal({
      data: { ...category, name: "New" },
    });
    expect(await dataOf({ body: { id: 2 } })).to.deep.equal({ data: { id: 2 } });
  });

  it("is the record as it is without a body, or with one that has no properties", async () => {
    for (const body of [null, [1], "x"]) {
      expect(await dataOf({ keys: ["1"], body })).to.deep.equal({ data: record });
    }
  });

  it("is the body without a key, and {} without a body", async () => {
    expect(await dataOf({ body: { a: 1 } })).to.deep.equal({ data: { a: 1 } });
    expect(await dataOf({ body: null })).to.deep.equal({ data: {} });
    expect(await dataOf({ body: [1, 2] })).to.deep.equal({ data: [1, 2] });
  });

  it("is a list of the records that exist, in the order of the keys", async () => {
    const data = await dataOf({ keys: ["2", "0", "1"], context: "records", body: { title: "b" } });
    expect(data).to.deep.equal({ data: [{ id: 2 }, record] });
  });

  it("is a list of one for one key, where a list is expected", async () => {
    const data = await dataOf({ keys: ["1"], context: "records", body: { title: "b" } });
    expect(data).to.deep.equal({ data: [{ ...record, title: "b" }] });
  });

  it("is missing when its one record does not exist", async () => {
    expect(await dataOf({ keys: ["0"] })).to.deep.equal({ missing: "0" });
    expect(await dataOf({ keys: ["0"], context: "records" })).to.deep.equal({ missing: "0" });
  });

  it("is the body alone where no record is wanted", async () => {
    const data = await dataOf({ keys: ["0"], context: "none", body: { a: 1 } });
    expect(data).to.deep.equal({ data: { a: 1 } });
  });

  describe("along an association", () => {
    const path = ["category"];

    it("is the record's part, with properties of the body's part over it", async () => {
      const body = { title: "b", category: { name: "New" } };
      expect(await dataOf({ keys: ["1"], path, body })).to.deep.equal({
        data: { id: 3, name: "New", color: "red" },
      });
    });

    it("is the body's part where the record has none, or there is no record", async () => {
      const body = { category: { name: "New" } };
      expect(await dataOf({ keys: ["2"], path, body })).to.deep.equal({ data: { name: "New" } });
      expect(await dataOf({ path, body })).to.deep.equal({ data: { name: "New" } });
    });

    it("is null when neither has one", async () => {
      expect(await dataOf({ keys: ["2"], path, body: {} })).to.deep.equal({ data: null });
      expect(await dataOf({ path, body: null })).to.deep.equal({ data: null });
    });

    it("is loaded together with its own associations", async () => {
      const asked: string[] = [];
      await dataOf({ keys: ["1"], path, appends: ["shop"], asked });
      expect(asked).to.deep.equal(["posts 1 category.shop"]);
    });
  });

  interface Given {
    keys?: string[];
    body?: Json;
    context?: CustomActionTrigger["context"];
    path?: string[];
    appends?: string[];
    asked?: string[];
  }

  function dataOf({ keys = [], body = null, path = [], asked = [], ...own }: Given) {
    const stored = new Map<string, Json>([
      ["1", record],
      ["2", { id: 2 }],
    ]);
    const trigger: CustomActionTrigger = {
      type: "custom-action",
      collection: "posts",
      context: "record",
      appends: [],
      roles: null,
      sync: true,
      ...own,
    };
    const action = { collection: "posts", name: "trigger", keys, filterByTk: null, parent: null };
    const data = customData(
      { ...action, form: "action" },
      body,
      { caller: null, signal: new AbortController().signal },
      {
        records: {
          get(collection, key, appends) {
            asked.push([collection, key, ...appends].join(" "));
            return Promise.resolve(stored.get(key) ?? null);
          },
        },
        primaryKeyOf: () => "id",
      },
    );
    return data({ workflow: {} as Workflow, trigger, path });
  }
});
