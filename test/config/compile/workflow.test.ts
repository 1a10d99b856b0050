import { expect } from "chai";
import { load, problemsOf, workflowOf } from "../parts.ts";

const HEAD = 'upstream: { url: "http://h" }\nidentity: none\n';

/** A step inside so many others, whose ids are as long as they may be. */
const inside = (depth: number): string => {
  const id = String.fromCharCode(97 + depth).repeat(200);
  const own = `id: ${id}, type: loop, over: 1`;
  return depth === 0
    ? `id: ${id}, type: say, message: a`
    : `${own}, steps: [{ ${inside(depth - 1)} }]`;
};

const silent = (steps: string) => workflowOf(steps).replace("identity: none\n", "");

describe("a workflow", () => {
  it("is known by its key and has the defaults of its kind", async () => {
    const [workflow] = (await load(workflowOf("      []\n"))).workflows;
    expect(workflow).to.deep.include({
      key: "guard",
      title: null,
      enabled: true,
      timeout: 30_000,
      steps: [],
      acts: false,
    });
    expect(workflow?.trigger).to.deep.include({ type: "pre-action", actions: ["create"] });
  });

  it("keeps its place in the configuration's order, and its definition as it was written", async () => {
    const text = `${HEAD}workflows:
  b: { title: B, timeout: 2s, trigger: { type: pre-action, collection: x }, steps: [] }
  a: { enabled: false, trigger: { type: pre-action, collection: x }, steps: [] }
`;
    const [b, a] = (await load(text)).workflows;
    expect([b?.key, b?.title, b?.timeout]).to.deep.equal(["b", "B", 2_000]);
    expect([a?.key, a?.enabled]).to.deep.equal(["a", false]);
    expect(JSON.parse(a?.definition.source ?? "")).to.deep.equal({
      enabled: false,
      trigger: { type: "pre-action", collection: "x" },
      steps: [],
    });
    expect(a?.definition.hash).to.not.equal(b?.definition.hash);
  });

  it("knows whether it acts: a step at any depth may", async () => {
    const nested = `      - type: loop
        over: 3
        steps:
          - { type: check, if: true, then: [{ type: say, message: a, onError: [{ type: call, url: "http://h" }] }] }
`;
    expect((await load(workflowOf(nested))).workflows[0]?.acts).to.equal(true);
  });

  it("names the secrets that it reads", async () => {
    const steps = `      - { type: say, message: "\${{ secrets.KEY }} \${{ secrets.OTHER }}" }
      - { type: check, if: secrets.KEY }
`;
    expect((await load(workflowOf(steps))).secrets).to.deep.equal(["KEY", "OTHER"]);
  });

  describe("that acts needs to know who is calling:", () => {
    const call = '      - { type: call, url: "http://h" }\n';

    it("identity: none must be written in the file", async () => {
      const [problem] = await problemsOf(silent(call));
      expect(problem).to.match(
        /^gateway.yaml:1:1: identity is missing: workflow "guard" has steps/,
      );
      expect(await problemsOf(workflowOf(call))).to.deep.equal([]);
    });

    it("a workflow that only reads, or is disabled, does not need it", async () => {
      expect(await problemsOf(silent("      - { type: say, message: a }\n"))).to.deep.equal([]);
      const disabled = silent(call).replace("    steps:", "    enabled: false\n    steps:");
      expect(await problemsOf(disabled)).to.deep.equal([]);
    });
  });
});

describe("a workflow is refused, with the place, when", () => {
  const cases: [title: string, text: string, ...problems: string[]][] = [
    [
      "its key has other letters",
      "workflows:\n  a b: { trigger: { type: pre-action, collection: x }, steps: [] }",
      '4:3: workflows: "a b" is not a valid workflow key: letters, digits, _ and -',
    ],
    [
      "its key is longer than 200 characters",
      `workflows:\n  ${"a".repeat(201)}: { trigger: { type: pre-action, collection: x }, steps: [] }`,
      `4:3: workflows: "${"a".repeat(40)}…" is too long for a workflow key: it has 201 characters, 200 at most`,
    ],
    [
      "more of its runs may be under way at a time than a store counts",
      "workflows:\n  a: { concurrency: { limit: 2147483648 }, trigger: { type: pre-action, collection: x }, steps: [] }",
      "4:30: workflows.a.concurrency.limit: should be at most 2147483647",
    ],
    ["it is no mapping", "workflows:\n  a: [1]", "4:6: workflows.a: should be a mapping"],
    [
      "it lacks trigger and steps",
      "workflows:\n  a: { title: A }",
      "4:6: workflows.a: trigger is missing; it should be a mapping",
      "4:6: workflows.a: steps is missing; it should be a list",
    ],
    [
      "a key of it is unknown",
      "workflows:\n  a: { titel: A, trigger: { type: pre-action, collection: x }, steps: [] }",
      '4:8: workflows.a: unknown key "titel"; did you mean "title"?',
    ],
    [
      "its trigger is of no known type",
      "workflows:\n  a: { trigger: { type: pre-acton, collection: x }, steps: [] }",
      '4:25: workflows.a.trigger.type: unknown trigger type "pre-acton"; did you mean "pre-action"?',
    ],
    [
      "its trigger has no type",
      "workflows:\n  a: { trigger: { collection: x }, steps: [] }",
      "4:17: workflows.a.trigger: type is missing; it should be a text",
    ],
    [
      "its trigger lacks a key, and has one of its own",
      "workflows:\n  a: { trigger: { type: pre-action, collectoin: x }, steps: [] }",
      "4:17: workflows.a.trigger: collection is missing; it should be a text",
      '4:37: workflows.a.trigger: unknown key "collectoin"; did you mean "collection"?',
    ],
    [
      "its trigger's own rules forbid it",
      "workflows:\n  a: { trigger: { type: pre-action, collection: x, global: true, roles: [r] }, steps: [] }",
      "4:73: workflows.a.trigger.roles: not on a global one",
    ],
    [
      "its steps are no list",
      "workflows:\n  a: { trigger: { type: pre-action, collection: x }, steps: {} }",
      "4:61: workflows.a.steps: should be a list",
    ],
    [
      "its timeout is none",
      "workflows:\n  a: { timeout: 0s, trigger: { type: pre-action, collection: x }, steps: [] }",
      "4:17: workflows.a.timeout: should be a duration over zero",
    ],
    [
      "several things are wrong with it at once, at every depth",
      "workflows:\n  a:\n    titel: A\n    trigger: { type: pre-acton }\n    steps: [{ type: check, if: true, then: [{ type: sai }] }]",
      "5:5: workflows.a: unknown key",
      "6:22: workflows.a.trigger.type: unknown trigger type",
      "7:53: workflows.a.steps.0.then.0.type: unknown step type",
    ],
  ];
  for (const [title, text, ...expected] of cases) {
    it(title, async () => {
      const problems = await problemsOf(`${HEAD}${text}\n`);
      expect(problems, problems.join("\n")).to.have.length(expected.length);
      for (const [index, start] of expected.entries()) {
        const whole = `gateway.yaml:${start}`;
        expect(problems[index]?.slice(0, whole.length)).to.equal(whole);
      }
    });
  }
});

describe("a step is refused, with the place, when", () => {
  const cases: [title: string, step: string, ...problems: string[]][] = [
    ["it is no mapping", "1", "7:9: workflows.guard.steps.0: should be a step"],
    ["it has no type", "{ id: a }", "7:9: workflows.guard.steps.0: a step needs a type"],
    [
      "its id is longer than 200 characters",
      `{ id: ${"a".repeat(201)}, type: say, message: b }`,
      `7:15: workflows.guard.steps.0.id: "${"a".repeat(40)}…" is too long for a name: it has 201 characters, 200 at most`,
    ],
    ["it stands so deep that its path is longer than 2000 characters", `{ ${inside(10)} }`, "7:"],
    [
      "its type is unknown",
      "{ type: sai }",
      '7:17: workflows.guard.steps.0.type: unknown step type "sai"; did you mean "say"?',
    ],
    [
      "its type makes no sense in this kind of workflow",
      "{ type: late }",
      "7:17: workflows.guard.steps.0.type: a late step can't be used in a pre-action workflow; only in post-action",
    ],
    [
      "a key is unknown",
      "{ type: say, mesage: a }",
      "7:9: workflows.guard.steps.0: message is missing; it should be a text",
      '7:22: workflows.guard.steps.0: unknown key "mesage"; did you mean "message"?',
    ],
    [
      "a key that all steps have is misspelt",
      "{ type: say, message: a, timout: 1s }",
      '7:34: workflows.guard.steps.0: unknown key "timout"; did you mean "timeout"?',
    ],
    [
      "a value is none of the words",
      "{ type: say, message: a, level: hgih }",
      '7:41: workflows.guard.steps.0.level: should be one of low, high; did you mean "high"?',
    ],
    [
      "a value fits no form that it may have",
      "{ type: say, message: a, tags: 3 }",
      "7:40: workflows.guard.steps.0.tags: should be a text or a list",
    ],
    [
      "one item of a list is wrong",
      "{ type: say, message: a, tags: [b, 3] }",
      "7:44: workflows.guard.steps.0.tags.1: should be a text",
    ],
    [
      "a name in it is wrong, whatever its value will be",
      '{ type: say, message: a, headers: { "X Y": "${{ trigger.data }}" } }',
      '7:45: workflows.guard.steps.0.headers: "X Y" is not a valid header name',
    ],
    [
      "what stands beside an expression is wrong",
      '{ type: say, message: a, inner: { a: "${{ trigger.data }}", b: 3 } }',
      "7:72: workflows.guard.steps.0.inner.b: should be a text",
    ],
    [
      "its URL is none",
      "{ type: call, url: ftp://h }",
      "7:28: workflows.guard.steps.0.url: should be a URL",
    ],
    [
      "its id is no name",
      "{ id: a-b, type: say, message: a }",
      '7:15: workflows.guard.steps.0.id: "a-b" is not a valid name',
    ],
    [
      "its id is a word of CEL",
      "{ id: in, type: say, message: a }",
      '7:15: workflows.guard.steps.0.id: "in" is a word of expressions',
    ],
    [
      "another step has its id, at any depth",
      "{ type: check, if: true, then: [{ id: a, type: say, message: a }], else: [{ id: a, type: say, message: a }] }",
      '7:89: workflows.guard.steps.0.else.0.id: another step has the id "a" already, at gateway.yaml:7:47',
    ],
    [
      "it tries no time at all",
      "{ type: say, message: a, retry: { attempts: 0 } }",
      "7:53: workflows.guard.steps.0.retry.attempts: should be at least 1",
    ],
    [
      "its onError is none",
      "{ type: say, message: a, onError: stop }",
      "7:43: workflows.guard.steps.0.onError: should be fail, continue or a list of steps",
    ],
    [
      "an expression's place holds none",
      "{ type: check, if: [a] }",
      "7:28: workflows.guard.steps.0.if: should be an expression",
    ],
    [
      "an expression is missing",
      "{ type: check, then: [] }",
      "7:9: workflows.guard.steps.0: if is missing",
    ],
    [
      "a branch is no list",
      "{ type: check, if: true, then: { type: say } }",
      "7:40: workflows.guard.steps.0.then: should be a list of steps",
    ],
    [
      "a loop's name means something already",
      "{ type: loop, over: 1, as: trigger, steps: [] }",
      '7:36: workflows.guard.steps.0.as: "trigger" is a word of expressions',
    ],
    [
      "a variable's name is no name",
      "{ type: set, name: a b, value: 1 }",
      '7:28: workflows.guard.steps.0.name: "a b" is not a valid name',
    ],
    [
      "a name that a step binds or declares under another key is not a valid one",
      "{ type: visit, called: in, into: a b, steps: [] }",
      '7:32: workflows.guard.steps.0.called: "in" is a word of expressions',
      '7:42: workflows.guard.steps.0.into: "a b" is not a valid name',
    ],
  ];
  for (const [title, step, ...expected] of cases) {
    it(title, async () => {
      const problems = await problemsOf(workflowOf(`      - ${step}\n`));
      expect(problems, problems.join("\n")).to.have.length(expected.length);
      for (const [index, start] of expected.entries()) {
        const whole = `gateway.yaml:${start}`;
        expect(problems[index]?.slice(0, whole.length)).to.equal(whole);
      }
    });
  }
});
