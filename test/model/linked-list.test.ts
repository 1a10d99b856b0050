import { expect } from "chai";
import { LinkedList } from "../../src/model/linked-list.ts";

describe("a linked list", () => {
  it("gives its values in the order in which they were added", () => {
    const { list } = listOf("a", "b", "c");
    expect([...list]).to.deep.equal(["a", "b", "c"]);
  });

  for (const removed of ["a", "b", "c"]) {
    it(`keeps the order of the others when "${removed}" of "abc" is removed, and "d" is added`, () => {
      const { list, nodes } = listOf("a", "b", "c");
      list.remove(nodes.get(removed)!);
      list.add("d");
      expect([...list].join("")).to.equal("abcd".replace(removed, ""));
    });
  }

  it("is not changed when a value is removed twice", () => {
    const { list, nodes } = listOf("a", "b");
    list.remove(nodes.get("a")!);
    list.remove(nodes.get("a")!);
    expect([...list]).to.deep.equal(["b"]);
  });

  it("is empty when all are removed, also while they are given", () => {
    const { list, nodes } = listOf("a", "b", "c");
    const given: string[] = [];
    for (const value of list) {
      given.push(value);
      list.remove(nodes.get(value)!);
    }
    expect(given).to.deep.equal(["a", "b", "c"]);
    expect(list.isEmpty).to.equal(true);
  });
});

function listOf(...values: string[]) {
  const list = new LinkedList<string>();
  const nodes = new Map(values.map((value) => [value, list.add(value)]));
  return { list, nodes };
}
