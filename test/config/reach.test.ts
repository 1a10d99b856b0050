import { expect } from "chai";
import { problemsOf, workflowOf } from "./parts.ts";

/** What is wrong with the names of these steps: the last words of each problem. */
async function wrongNames(steps: string): Promise<string[]> {
  const problems = await problemsOf(workflowOf(steps));
  return problems.map((problem) => problem.split(": ").at(-1) ?? "");
}

const say = (path: string, more = "") => `{ ${more} type: say, message: "\${{ ${path} }}" }`;

describe("an expression may read", () => {
  it("steps done before it, in its own list and before those around it", async () => {
    const steps = `
      - ${say("trigger.data", "id: one,")}
      - type: check
        if: steps.one
        then:
          - ${say("steps.one", "id: two,")}
          - ${say("steps.two")}
`;
    expect(await wrongNames(steps)).to.deep.equal([]);
  });

  it("neither a later step, nor itself, nor the step around it", async () => {
    const steps = `
      - ${say("steps.self", "id: self,")}
      - ${say("steps.later")}
      - { id: around, type: check, if: true, then: [${say("steps.around")}] }
      - { id: later, type: say, message: a }
      - ${say("steps.nowhere")}
`;
    expect(await wrongNames(steps)).to.deep.equal([
      "no self yet",
      "no later yet",
      "no around yet",
      "no nowhere",
    ]);
  });

  it("neither a step of another branch, nor one of a branch that has ended", async () => {
    const steps = `
      - type: check
        if: true
        then: [{ id: inThen, type: say, message: a }]
        else: [${say("steps.inThen")}]
        onError: [${say("steps.inThen")}]
      - ${say("steps.inThen")}
`;
    expect(await wrongNames(steps)).to.deep.equal([
      "no inThen yet",
      "no inThen yet",
      "no inThen yet",
    ]);
  });

  it("variables that were declared before, wherever that was, but not in their own value", async () => {
    const steps = `
      - { type: set, name: total, value: "\${{ vars.total }}" }
      - ${say("vars.total")}
      - { type: check, if: true, then: [{ type: set, name: list, value: 1 }] }
      - ${say("vars.list")}
      - ${say("vars.later")}
      - { type: set, name: later, value: 1 }
`;
    expect(await wrongNames(steps)).to.deep.equal(["no total", "no later"]);
  });

  it("the turn of a loop inside it, and in its while, but not in its over", async () => {
    const steps = `
      - { type: loop, over: each.item, while: each.item, steps: [${say("each.item")}] }
      - ${say("each.item")}
`;
    expect(await wrongNames(steps)).to.deep.equal(["no each", "no each"]);
  });

  it("the names that a step binds and declares, under the keys that its type says", async () => {
    const steps = `
      - { type: visit, steps: [${say("guest.a")}, ${say("host.a")}] }
      - { type: visit, called: host, into: book, steps: [${say("host.a")}, ${say("vars.book")}] }
      - ${say("vars.book")}
      - ${say("host.a")}
`;
    expect(await wrongNames(steps)).to.deep.equal(["no host", "no book", "no host"]);
  });

  it("both turns in an inner loop that has a name of its own", async () => {
    const steps = `
      - type: loop
        over: 2
        steps:
          - { type: loop, over: each.item, as: line, steps: [${say("line.item")}, ${say("each.item")}] }
          - ${say("line.item")}
      - { type: loop, over: 2, as: line, steps: [${say("each.item")}] }
`;
    expect(await wrongNames(steps)).to.deep.equal(["no line", "no each"]);
  });

  it("the error in an onError list, at any depth, and nowhere else", async () => {
    const steps = `
      - type: say
        message: a
        onError:
          - ${say("error.message")}
          - { type: check, if: true, then: [${say("error.message")}] }
      - ${say("error.message")}
`;
    expect(await wrongNames(steps)).to.deep.equal(["no error"]);
  });

  it("the fields that this kind of trigger has", async () => {
    expect(await wrongNames(`      - ${say("trigger.dat")}\n`)).to.deep.equal(["no dat"]);
  });

  it("a step whose id is a word that only stands alone: list, error, type", async () => {
    const steps = ["list", "error", "type"].map(
      (id) => `      - { id: ${id}, type: say, message: a }\n      - ${say(`steps.${id}`)}\n`,
    );
    expect(await wrongNames(steps.join(""))).to.deep.equal([]);
  });
});
