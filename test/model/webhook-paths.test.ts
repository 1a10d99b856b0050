import { expect } from "chai";
import { pathParts, picker, pickedShape } from "../../src/model/webhook-paths.ts";
import type { Json } from "../../src/model/json.ts";

describe("a path into a delivery", () => {
  const paths: [text: string, parts: (string | number)[] | null][] = [
    ["a", ["a"]],
    ["order.total", ["order", "total"]],
    ["query[0].a", ["query", 0, "a"]],
    ["[1][2]", [1, 2]],
    ["order-id.größe", ["order-id", "größe"]],
    ['a["order.id"].b', ["a", "order.id", "b"]],
    ["a.0", ["a", "0"]],
    ["", null],
    [".a", null],
    ["a.", null],
    ["a..b", null],
    ["a[", null],
    ["a[-1]", null],
    ["a[1000]", null],
    ["a[0]b", null],
    ["a b", null],
    ["a.__proto__.b", null],
    ['a["__proto__"]', null],
    [Array.from({ length: 21 }, () => "a").join("."), null],
  ];
  for (const [text, parts] of paths) {
    it(`${parts ? `has the parts ${JSON.stringify(parts)}` : "is refused"} when it is ${JSON.stringify(text.slice(0, 20))}`, () => {
      expect(pathParts(text)).to.deep.equal(parts);
    });
  }
});

describe("of a delivery, by `parse`,", () => {
  it("aliases become members side by side, and absent ones are null", () => {
    const paths = { amount: "order.total", first: "items[0].sku", no: "order.none.at.all" };
    expect(byAliases(paths)(order)).to.deep.equal({ amount: 5, first: "a", no: null });
  });

  it("listed paths keep their structure, and absent ones are null in it", () => {
    expect(byPaths(["id", "order.total", "order.none", "no.thing"])(order)).to.deep.equal({
      id: 7,
      order: { total: 5, none: null },
      no: { thing: null },
    });
  });

  it("a listed path above another one takes the whole value", () => {
    const whole = { order: { total: 5, tax: 1 } };
    expect(byPaths(["order.total", "order"])(order)).to.deep.equal(whole);
    expect(byPaths(["order", "order.total"])(order)).to.deep.equal(whole);
  });

  it("the items of a list keep their positions", () => {
    expect(byPaths(["items[2].sku"])(order)).to.deep.equal({
      items: [null, null, { sku: "c" }],
    });
    expect(byPaths(["[1]"])([1, 2, 3])).to.deep.equal([null, 2]);
  });

  it("nothing is kept when nothing is named", () => {
    expect(byPaths([])(order)).to.deep.equal({});
    expect(byAliases({})(order)).to.deep.equal({});
  });

  it("every named part is null when there is no body", () => {
    expect(byAliases({ a: "a", b: "b[0].c" })(null)).to.deep.equal({ a: null, b: null });
    expect(byPaths(["a", "b.c"])(null)).to.deep.equal({ a: null, b: { c: null } });
  });

  it("an inherited property is not a member, be it constructor or the length of a list or text", () => {
    const paths = { a: "constructor.name", b: "items.length", c: "id.length", d: "text.length" };
    const none = { a: null, b: null, c: null, d: null };
    expect(byAliases(paths)({ ...order, text: "abc" })).to.deep.equal(none);
    expect(byPaths(["constructor", "items.map"])(order)).to.deep.equal({
      constructor: null,
      items: { map: null },
    });
  });

  it("a member of its own may be called constructor", () => {
    const value = JSON.parse('{"constructor":{"name":"x"},"toString":1}') as Json;
    expect(byAliases({ a: "constructor.name", b: "toString" })(value)).to.deep.equal({
      a: "x",
      b: 1,
    });
  });

  it("the names that an expression can spell are known", () => {
    expect(pickedShape({ kind: "aliases", paths: { amount: "a", "order-id": "b" } })).to.deep.equal(
      {
        amount: "dyn",
        "order-id": "dyn",
      },
    );
    expect(pickedShape({ kind: "paths", paths: ["a", "b.c", "d[0].e", "f.g-h"] })).to.deep.equal({
      a: "dyn",
      b: { c: "dyn" },
      d: "dyn",
      f: "dyn",
    });
  });
});

const byAliases = (paths: Record<string, string>) => picker({ kind: "aliases", paths });
const byPaths = (paths: string[]) => picker({ kind: "paths", paths });

const order = {
  id: 7,
  order: { total: 5, tax: 1 },
  items: [{ sku: "a" }, { sku: "b" }, { sku: "c" }],
};
